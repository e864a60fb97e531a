// @sd-jwt/sd-jwt-vc: issues one credential, presents a choice of its disclosures, and verifies that.
// Hashes, signatures and salts come from OpenSSL through node:crypto. Started by sd_jwt.py, which sends
// {payload, header, frame, chosen, binding}.

import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import {createHash, generateKeyPairSync, randomBytes, sign, verify as check} from 'node:crypto';
import {serve} from './peer.mjs';

const dsaEncoding = 'ieee-p1363';

const hasher = data => createHash('sha256').update(data).digest();

await serve(async ({payload, header, frame, chosen, binding}) => {
  const issuer = generateKeyPairSync('ec', {namedCurve: 'P-256'});
  const holder = generateKeyPairSync('ec', {namedCurve: 'P-256'});
  const signerOf = ({privateKey: key}) =>
    data => sign('sha256', Buffer.from(data), {key, dsaEncoding}).toString('base64url');
  const verifierOf = ({publicKey: key}) => (data, signature) =>
    check('sha256', Buffer.from(data), {key, dsaEncoding}, Buffer.from(signature, 'base64url'));
  const sdJwt = new SDJwtVcInstance({
    signer: signerOf(issuer),
    signAlg: 'ES256',
    verifier: verifierOf(issuer),
    kbSigner: signerOf(holder),
    kbSignAlg: 'ES256',
    kbVerifier: verifierOf(holder),
    hasher,
    hashAlg: 'sha-256',
    saltGenerator: length => randomBytes(length).toString('base64url')
  });

  const issue = () => sdJwt.issue(payload, frame, {header});
  const whole = await issue();
  const held = await sdJwt.decode(whole);
  const presentHeld = () => held.present(chosen, hasher);
  const present = () => sdJwt.present(whole, chosen);
  const part = await present();

  // The library binds from the text only; what it signs then is what it signs here.
  const bindHeld = async () => {
    const shown = await presentHeld();
    held.kbJwt = await sdJwt.createKBJwt(
      {payload: binding}, createHash('sha256').update(shown).digest('base64url'));
    const bound = await presentHeld();
    held.kbJwt = undefined;
    return bound;
  };
  const options = {currentDate: binding.iat};
  const verify = () => sdJwt.verify(whole, options);
  const verifyPart = () => sdJwt.verify(part, options);
  await verify();
  return {issue, present, presentHeld, bindHeld, verify, verifyPart};
});
