// Canonicalises the JSON-LD documents on standard input with JavaScript that shares no code with
// KlusCV, and prints the N-Quads of each as one JSON string a line.
//
// Usage: node canonize.mjs CONTEXT < DOCUMENTS   (a JSON array)

import jsonld from 'jsonld';
import {defaultDocumentLoader} from '@digitalbazaar/vc';
import {readFileSync} from 'node:fs';

const context = JSON.parse(readFileSync(process.argv[2], 'utf8'));

async function documentLoader(url) {
  return url === 'https://w3id.org/kluscv/v1'
    ? {contextUrl: null, documentUrl: url, document: context}
    : defaultDocumentLoader(url);
}

for(const document of JSON.parse(readFileSync(0, 'utf8'))) {
  const nquads = await jsonld.canonize(document, {
    algorithm: 'RDFC-1.0', format: 'application/n-quads', safe: true, documentLoader
  });
  console.log(JSON.stringify(nquads));
}
