// Verifies the Data Integrity credentials and SD-JWT VCs under a folder with JavaScript that shares
// no code with KlusCV. It has no network: DID documents, contexts and status lists come from the
// folder of documents, matched by the id inside them.
//
// Usage: node verify.mjs DOCUMENTS CONTEXT CREDENTIALS   (prints one JSON line per credential)

import * as vc from '@digitalbazaar/vc';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite as eddsaRdfc2022} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {cryptosuite as ecdsaRdfc2019} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import multikeyContext from '@digitalbazaar/multikey-context';
import {SDJwtVcInstance} from '@sd-jwt/sd-jwt-vc';
import {createHash, createPublicKey, verify as verifySignature} from 'node:crypto';
import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';

const [documentsFolder, contextFile, credentialsFolder] = process.argv.slice(2);

function filesUnder(folder) {
  return readdirSync(folder, {withFileTypes: true}).flatMap(entry =>
    entry.isDirectory() ? filesUnder(join(folder, entry.name)) : [join(folder, entry.name)]).sort();
}

function loadDocuments(folder) {
  const documents = new Map();
  for(const file of filesUnder(folder)) {
    const text = readFileSync(file, 'utf8').trim();
    if(text.startsWith('{')) {
      const document = JSON.parse(text);
      documents.set(document.id, document);
    } else {
      const payload = JSON.parse(Buffer.from(text.split('.')[1], 'base64url'));
      documents.set(payload.sub, text);
    }
  }
  return documents;
}

const documents = loadDocuments(documentsFolder);
documents.set('https://w3id.org/kluscv/v1', JSON.parse(readFileSync(contextFile, 'utf8')));
documents.set(multikeyContext.CONTEXT_URL, multikeyContext.CONTEXT);

function method(id) {
  const controller = documents.get(id.split('#')[0]);
  const found = controller?.verificationMethod?.find(candidate => candidate.id === id);
  if(!found || !controller.assertionMethod.includes(id)) {
    throw new Error(`no assertion method ${id}`);
  }
  return {'@context': multikeyContext.CONTEXT_URL, ...found};
}

async function loadDocument(url) {
  const document = url.includes('#') && url.startsWith('did:') ? method(url) : documents.get(url);
  if(!document) {
    throw new Error(`not among the documents: ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document};
}
const documentLoader = vc.defaultDocumentLoader
  ? async url => vc.defaultDocumentLoader(url).catch(() => loadDocument(url))
  : loadDocument;

const suite = [
  new DataIntegrityProof({cryptosuite: eddsaRdfc2022}),
  new DataIntegrityProof({cryptosuite: ecdsaRdfc2019})
];

async function verifyDataIntegrity(text) {
  const result = await vc.verifyCredential({
    credential: JSON.parse(text), suite, documentLoader,
    checkStatus: options => checkStatus({
      ...options, documentLoader, suite, verifyBitstringStatusListCredential: true
    })
  });
  if(!result.verified) {
    throw result.error ?? new Error(JSON.stringify(result.statusResult));
  }
  // The library answers whether the list could be checked; what the list says stands in its results.
  if(result.statusResult.results.some(({status}) => status)) {
    throw new Error('the status bit is set');
  }
}

// A P-256 Multikey: two bytes of multicodec, then the compressed point.
const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
function p256Key(multikey) {
  let number = 0n;
  for(const letter of multikey.slice(1)) {
    number = number * 58n + BigInt(alphabet.indexOf(letter));
  }
  const bytes = Buffer.from(number.toString(16).padStart(70, '0'), 'hex');
  if(bytes[0] !== 0x80 || bytes[1] !== 0x24) {
    throw new Error('not a P-256 Multikey');
  }
  const header = Buffer.from('3039301306072a8648ce3d020106082a8648ce3d030107032200', 'hex');
  return createPublicKey({key: Buffer.concat([header, bytes.subarray(2)]), format: 'der', type: 'spki'});
}

function verifyJws(data, signature) {
  const header = JSON.parse(Buffer.from(data.split('.')[0], 'base64url'));
  const key = p256Key(method(header.kid).publicKeyMultibase);
  return verifySignature('sha256', Buffer.from(data),
    {key, dsaEncoding: 'ieee-p1363'}, Buffer.from(signature, 'base64url'));
}

const sdJwt = new SDJwtVcInstance({
  verifier: verifyJws,
  hasher: data => createHash('sha256').update(data).digest(),
  hashAlg: 'sha-256',
  statusListFetcher: async uri => documents.get(uri),
  statusVerifier: verifyJws
});

async function verifySdJwt(text) {
  const {payload} = await sdJwt.verify(text.trim());
  const header = JSON.parse(Buffer.from(text.split('.')[0], 'base64url'));
  if(header.kid.split('#')[0] !== payload.iss) {
    throw new Error('signed by a key of someone else');
  }
}

for(const file of filesUnder(credentialsFolder)) {
  const check = file.endsWith('.vc.json') ? verifyDataIntegrity : file.endsWith('.sd-jwt') ? verifySdJwt : null;
  if(check) {
    const line = {file, verified: true};
    try {
      await check(readFileSync(file, 'utf8'));
    } catch(error) {
      line.verified = false;
      line.error = String(error.errors?.map(inner => inner.message).join('; ') ?? error.message ?? error);
    }
    console.log(JSON.stringify(line));
  }
}
