// @digitalbazaar/vc with ecdsa-sd-2023: issues one credential, derives a choice from it, and verifies
// that. Contexts and keys come from memory and may be cached. Started by selective_disclosure.py, which
// sends {credential, context, now, mandatory, chosen}, the last two of JSON Pointers.

import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as ecdsaSd from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {controllerDocument, loaderOf, serve} from './peer.mjs';

await serve(async ({credential, context, now, mandatory, chosen}) => {
  const controller = credential.issuer.id;
  const keyPair = await EcdsaMultikey.generate({id: `${controller}#key`, controller, curve: 'P-256'});
  const method = await keyPair.export({publicKey: true, includeContext: true});
  const documentLoader = loaderOf(new Map([
    ['https://w3id.org/kluscv/v1', context],
    [method.id, method],
    [controller, controllerDocument(controller, method)]
  ]), vc.defaultDocumentLoader);

  const issue = () => vc.issue({
    credential: structuredClone(credential),
    suite: new DataIntegrityProof({
      signer: keyPair.signer(),
      cryptosuite: ecdsaSd.createSignCryptosuite({mandatoryPointers: mandatory})
    }),
    documentLoader,
    now
  });
  const base = await issue();
  const derive = () => vc.derive({
    verifiableCredential: base,
    suite: new DataIntegrityProof({
      cryptosuite: ecdsaSd.createDiscloseCryptosuite({selectivePointers: chosen})
    }),
    documentLoader
  });
  const derived = await derive();
  const verify = async () => {
    const result = await vc.verifyCredential({
      credential: derived,
      suite: new DataIntegrityProof({cryptosuite: ecdsaSd.createVerifyCryptosuite()}),
      checkStatus: () => ({verified: true}),
      documentLoader,
      now
    });
    if(!result.verified) {
      throw result.error;
    }
  };
  return {issue, derive, verify};
});
