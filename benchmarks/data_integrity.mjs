// Issues and verifies one credential with @digitalbazaar/vc and eddsa-rdfc-2022, and prints the CPU
// time of each in microseconds as JSON. Contexts and keys come from memory and may be cached.
//
// Usage: node data_integrity.mjs < INPUT   (a JSON object: credential, context, seconds)

import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {readFileSync} from 'node:fs';

const {credential, context, seconds} = JSON.parse(readFileSync(0, 'utf8'));
const controller = credential.issuer.id;
const keyPair = await Ed25519Multikey.generate({id: `${controller}#key`, controller});
const method = await keyPair.export({publicKey: true, includeContext: true});

const documents = new Map([
  ['https://w3id.org/kluscv/v1', context],
  [method.id, method],
  [controller, {
    '@context': 'https://www.w3.org/ns/did/v1', id: controller, assertionMethod: [method.id]
  }]
]);

async function documentLoader(url) {
  const document = documents.get(url);
  return document
    ? {contextUrl: null, documentUrl: url, document, tag: 'static'}
    : {...await vc.defaultDocumentLoader(url), tag: 'static'};
}

function issue() {
  const suite = new DataIntegrityProof({signer: keyPair.signer(), cryptosuite});
  return vc.issue({credential: structuredClone(credential), suite, documentLoader});
}

async function verify(signed) {
  const result = await vc.verifyCredential({
    credential: signed,
    suite: new DataIntegrityProof({cryptosuite}),
    checkStatus: () => ({verified: true}),
    documentLoader
  });
  if(!result.verified) {
    throw result.error;
  }
}

// The least of several batches: what else the machine does can only make a batch slower.
async function microseconds(act) {
  for(const end = performance.now() + 1000 * seconds; performance.now() < end;) {
    await act();
  }
  let least = Infinity;
  for(const end = performance.now() + 1000 * seconds; performance.now() < end;) {
    const start = process.cpuUsage();
    for(let i = 0; i < 10; i++) {
      await act();
    }
    const {user, system} = process.cpuUsage(start);
    least = Math.min(least, (user + system) / 10);
  }
  return least;
}

const signed = await issue();
console.log(JSON.stringify({
  issue: await microseconds(issue),
  verify: await microseconds(() => verify(signed))
}));
