// @digitalbazaar/vc with eddsa-rdfc-2022: issues and verifies one credential. Contexts and keys come from
// memory and may be cached. Started by data_integrity.py, which sends {credential, context, now}.

import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {controllerDocument, loaderOf, serve} from './peer.mjs';

await serve(async ({credential, context, now}) => {
  const controller = credential.issuer.id;
  const keyPair = await Ed25519Multikey.generate({id: `${controller}#key`, controller});
  const method = await keyPair.export({publicKey: true, includeContext: true});
  const documentLoader = loaderOf(new Map([
    ['https://w3id.org/kluscv/v1', context],
    [method.id, method],
    [controller, controllerDocument(controller, method)]
  ]), vc.defaultDocumentLoader);

  const issue = () => vc.issue({
    credential: structuredClone(credential),
    suite: new DataIntegrityProof({signer: keyPair.signer(), cryptosuite}),
    documentLoader,
    now
  });
  const signed = await issue();
  const verify = async () => {
    const result = await vc.verifyCredential({
      credential: signed,
      suite: new DataIntegrityProof({cryptosuite}),
      checkStatus: () => ({verified: true}),
      documentLoader,
      now
    });
    if(!result.verified) {
      throw result.error;
    }
  };
  return {issue, verify};
});
