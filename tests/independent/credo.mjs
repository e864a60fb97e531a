// A holder built on Credo, which shares no code with KlusCV. It claims what a link offers as SD-JWT VC, the
// form that Credo reads, with two keys for each statement; Credo verifies what it receives.
//
// Credo has no native parts here: keys are Node's, and what it stores is kept in memory.
//
// Usage: node credo.mjs FLOW LINK TRANSACTION_CODE   (FLOW is pre-authorized or code)
// When something is promised for later, it prints a line {"deferred": COUNT}, waits for a line, and asks
// again. The last line tells the type of the token and what was received, by configuration.

import {createPublicKey, generateKeyPairSync, randomBytes, randomUUID, sign, verify} from 'node:crypto';
import {EventEmitter} from 'node:events';
import {createInterface} from 'node:readline/promises';
import {
  Agent, InjectionSymbols, Kms, RecordNotFoundError, StorageVersionRecord
} from '@credo-ts/core';
import {OpenId4VcModule} from '@credo-ts/openid4vc';

const [flow, link, transactionCode] = process.argv.slice(2);
const clientId = 'https://wallet.example';
const redirectUri = `${clientId}/callback`;
const KEYS_EACH = 2;

class NodeKeys {
  backend = 'node';
  #keys = new Map();

  isOperationSupported(_, {operation, type, algorithm}) {
    switch(operation) {
      case 'createKey': return type.kty === 'EC' && type.crv === 'P-256';
      case 'sign': case 'verify': return algorithm === 'ES256';
      default: return operation === 'randomBytes';
    }
  }
  async getPublicKey(_, keyId) {
    return this.#keys.get(keyId)?.publicJwk ?? null;
  }
  async createKey(_, {keyId = randomUUID()}) {
    const {privateKey, publicKey} = generateKeyPairSync('ec', {namedCurve: 'P-256'});
    const publicJwk = {...publicKey.export({format: 'jwk'}), kid: keyId};
    this.#keys.set(keyId, {privateKey, publicJwk});
    return {keyId, publicJwk};
  }
  async sign(_, {keyId, data}) {
    const key = this.#keys.get(keyId).privateKey;
    return {signature: new Uint8Array(sign('sha256', data, {key, dsaEncoding: 'ieee-p1363'}))};
  }
  async verify(_, {key: {keyId, publicJwk = this.#keys.get(keyId).publicJwk}, data, signature}) {
    const key = createPublicKey({key: publicJwk, format: 'jwk'});
    const verified = verify('sha256', data, {key, dsaEncoding: 'ieee-p1363'}, signature);
    return verified ? {verified, publicJwk} : {verified};
  }
  randomBytes(_, {length}) {
    return new Uint8Array(randomBytes(length));
  }
}

class Memory {
  supportsCursorPagination = false;
  #records = new Map();

  async save(_, record) { this.#records.set(record.id, record); }
  async update(_, record) { this.#records.set(record.id, record); }
  async getById(_, {type}, id) {
    if(!this.#records.has(id)) {
      throw new RecordNotFoundError(id, {recordType: type});
    }
    return this.#records.get(id);
  }
  // Nothing that is looked for by its tags was ever stored: a DID of somebody else, a cached document.
  async findByQuery() { return []; }
}

const memory = new Memory();
const agent = new Agent({
  dependencies: {FileSystem: class {}, EventEmitterClass: EventEmitter, WebSocketClass: class {}, fetch},
  modules: {
    memory: {register: manager => manager.registerInstance(InjectionSymbols.StorageService, memory)},
    kms: new Kms.KeyManagementModule({backends: [new NodeKeys()]}),
    openid4vc: new OpenId4VcModule()
  }
});
const storageVersion = StorageVersionRecord.frameworkStorageVersion;
await memory.save(agent.context, new StorageVersionRecord({storageVersion}));
await agent.initialize();
const {holder} = agent.openid4vc;

// What the worker does in her browser: she types the code of the letter and presses yes.
async function consent(authorizationRequestUrl) {
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

async function requestToken(resolvedCredentialOffer) {
  if(flow === 'pre-authorized') {
    return holder.requestToken({resolvedCredentialOffer, txCode: transactionCode});
  }
  const {authorizationRequestUrl, codeVerifier, dpop} =
    await holder.resolveOpenId4VciAuthorizationRequest(resolvedCredentialOffer, {clientId, redirectUri});
  const {authorizationCode: code} = holder.parseAuthorizationCodeFromAuthorizationResponse({
    resolvedCredentialOffer, authorizationResponseRedirectUrl: await consent(authorizationRequestUrl)
  });
  return holder.requestToken({resolvedCredentialOffer, code, clientId, codeVerifier, redirectUri, dpop});
}

async function newKey() {
  const {publicJwk} = await agent.kms.createKeyForSignatureAlgorithm({algorithm: 'ES256'});
  return Kms.PublicJwk.fromPublicJwk(publicJwk);
}

const resolvedCredentialOffer = await holder.resolveCredentialOffer(link);
const {metadata, offeredCredentialConfigurations} = resolvedCredentialOffer;
const token = await requestToken(resolvedCredentialOffer);
const answer = await holder.requestCredentials({
  resolvedCredentialOffer, accessToken: token.accessToken, dpop: token.dpop, clientId,
  credentialConfigurationIds: Object.entries(offeredCredentialConfigurations)
    .filter(([, {format}]) => format === 'dc+sd-jwt').map(([id]) => id),
  credentialBindingResolver: async ({supportedDidMethods, supportsJwk}) => {
    // Where a DID may be proven, Credo's guide proves one, and Credo then wants to see it in `cnf`.
    if(supportedDidMethods.length > 0 || !supportsJwk) {
      throw new Error(`bound to ${supportedDidMethods}`);
    }
    return {method: 'jwk', keys: await Promise.all(Array.from({length: KEYS_EACH}, newKey))};
  }
});
const credentials = [...answer.credentials];
if(answer.deferredCredentials.length > 0) {
  console.log(JSON.stringify({deferred: answer.deferredCredentials.length}));
  const input = createInterface({input: process.stdin});
  await input.question('');
  input.close();
  for(const promised of answer.deferredCredentials) {
    const later = await holder.requestDeferredCredentials({
      ...promised, issuerMetadata: metadata, accessToken: token.accessToken, dpop: token.dpop
    });
    credentials.push(...later.credentials);
  }
}
for(const {notificationId} of credentials.filter(each => each.notificationId)) {
  await holder.sendNotification({
    metadata, notificationId, accessToken: token.accessToken, dpop: token.dpop,
    notificationEvent: 'credential_accepted'
  });
}
console.log(JSON.stringify({
  tokenType: token.accessTokenResponse.token_type,
  received: Object.fromEntries(credentials.map(({credentialConfigurationId, record}) =>
    [credentialConfigurationId, record.credentialInstances.map(each => each.compactSdJwtVc)]))
}));
