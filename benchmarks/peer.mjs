// The JavaScript side of a measurement, and what its scripts share.
//
// The first line of the input is what the script needs, as JSON. Every further line asks for a batch,
// {"act": name, "count": n}; the answer is a line with the CPU time of one act in microseconds.

import {createInterface} from 'node:readline';

// Opens with the first line, and answers the others with the acts that `prepare` makes of it.
export async function serve(prepare) {
  let acts;
  for await (const line of createInterface({input: process.stdin})) {
    if(acts === undefined) {
      acts = await prepare(JSON.parse(line));
      console.log('ready');
    } else {
      const {act, count} = JSON.parse(line);
      console.log(await microseconds(acts[act], count));
    }
  }
}

async function microseconds(act, count) {
  const start = process.cpuUsage();
  for(let i = 0; i < count; i++) {
    await act();
  }
  const {user, system} = process.cpuUsage(start);
  return (user + system) / count;
}

// Documents from memory only: those that are given, and what @digitalbazaar/vc brings along. The tag
// lets jsonld.js keep the contexts that it has processed.
export function loaderOf(documents, otherwise) {
  return async url => {
    const document = documents.get(url);
    return document
      ? {contextUrl: null, documentUrl: url, document, tag: 'static'}
      : {...await otherwise(url), tag: 'static'};
  };
}

// The DID document with one key that may assert, as far as verifying looks at it.
export function controllerDocument(id, method) {
  return {'@context': 'https://www.w3.org/ns/did/v1', id, assertionMethod: [method.id]};
}
