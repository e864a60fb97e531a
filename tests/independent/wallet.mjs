// A wallet built on @openid4vc/openid4vci, which shares no code with KlusCV. It claims what a link offers,
// by the flow that is asked for, with tokens bound to a key of its own.
//
// Usage: node wallet.mjs FLOW LINK TRANSACTION_CODE   (FLOW is pre-authorized or code)
// Prints one JSON object: token types, and what was received by configuration.

import {createHash, generateKeyPairSync, randomBytes, sign} from 'node:crypto';
import {Oauth2Client, clientAuthenticationNone, setGlobalConfig} from '@openid4vc/oauth2';
import {Openid4vciClient} from '@openid4vc/openid4vci';

const [flow, link, transactionCode] = process.argv.slice(2);
const clientId = 'https://wallet.example';
const redirectUri = `${clientId}/callback`;

setGlobalConfig({allowInsecureUrls: true});

const encode = value => Buffer.from(JSON.stringify(value)).toString('base64url');
const keys = new Map();
function newKey() {
  const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'});
  const publicJwk = publicKey.export({format: 'jwk'});
  keys.set(publicJwk.x, privateKey);
  return {method: 'jwk', publicJwk, alg: 'ES256'};
}

const callbacks = {
  fetch,
  hash: (data, alg) => createHash(alg.replace('-', '')).update(data).digest(),
  generateRandom: length => randomBytes(length),
  clientAuthentication: clientAuthenticationNone({clientId}),
  signJwt: (signer, {header, payload}) => {
    const input = `${encode({...header, jwk: header.jwk ?? signer.publicJwk})}.${encode(payload)}`;
    const key = keys.get(signer.publicJwk.x);
    const signature = sign('sha256', Buffer.from(input), {key, dsaEncoding: 'ieee-p1363'});
    return {jwt: `${input}.${signature.toString('base64url')}`, signerJwk: signer.publicJwk};
  },
  verifyJwt: () => ({verified: false}),
  encryptJwe: () => { throw new Error('nothing is encrypted here'); },
  decryptJwe: () => ({decrypted: false})
};

// What the worker does in her browser: she types the code of the letter and presses yes.
async function consent(authorizationRequestUrl) {
  const page = await fetch(authorizationRequestUrl);
  const text = await page.text();
  if(!page.ok || !text.includes('name="decision"')) {
    throw new Error(`no page of consent: ${page.status}`);
  }
  const asked = new URL(authorizationRequestUrl).searchParams;
  const answer = await fetch(authorizationRequestUrl.split('?')[0], {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      client_id: asked.get('client_id'), request_uri: asked.get('request_uri'),
      code: transactionCode, decision: 'allow'
    })
  });
  return answer.headers.get('location');
}

const client = new Openid4vciClient({callbacks});
const credentialOffer = await client.resolveCredentialOffer(link);
const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer);
const configurations = issuerMetadata.credentialIssuer.credential_configurations_supported;
const dpop = {signer: newKey()};

async function accessToken() {
  if(flow === 'pre-authorized') {
    return client.retrievePreAuthorizedCodeAccessTokenFromOffer({
      credentialOffer, issuerMetadata, txCode: transactionCode, dpop
    });
  }
  const started = await client.createAuthorizationRequestUrlFromOffer({
    credentialOffer, issuerMetadata, clientId, redirectUri, dpop,
    scope: credentialOffer.credential_configuration_ids.map(id => configurations[id].scope).join(' ')
  });
  const authorizationServerMetadata = issuerMetadata.authorizationServers[0];
  const answer = client.parseAndVerifyAuthorizationResponseRedirectUrl({
    url: await consent(started.authorizationRequestUrl), authorizationServerMetadata
  });
  if(answer.error) {
    throw new Error(`refused: ${answer.error}`);
  }
  return client.retrieveAuthorizationCodeAccessTokenFromOffer({
    credentialOffer, issuerMetadata, dpop, redirectUri,
    authorizationCode: answer.code,
    pkceCodeVerifier: started.pkce.codeVerifier,
    additionalRequestPayload: {client_id: clientId}
  });
}

const {accessTokenResponse} = await accessToken();
const received = {};
const holders = {};
for(const credentialConfigurationId of credentialOffer.credential_configuration_ids) {
  const {c_nonce: nonce} = await client.requestNonce({issuerMetadata});
  const signer = newKey();
  const proof = await client.createCredentialRequestJwtProof({
    issuerMetadata, credentialConfigurationId, signer, nonce, issuedAt: new Date()
  });
  const {credentialResponse} = await client.retrieveCredentials({
    issuerMetadata, credentialConfigurationId, dpop,
    accessToken: accessTokenResponse.access_token,
    proofs: {jwt: [proof.jwt]}
  });
  received[credentialConfigurationId] = credentialResponse.credentials[0].credential;
  holders[credentialConfigurationId] = signer.publicJwk;
  await client.sendNotification({
    issuerMetadata, dpop, accessToken: accessTokenResponse.access_token,
    notification: {notificationId: credentialResponse.notification_id, event: 'credential_accepted'}
  });
}
console.log(JSON.stringify({tokenType: accessTokenResponse.token_type, received, holders}));
