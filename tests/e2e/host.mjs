// Plays the side of Atlassian: a server of public keys, and callbacks signed in the right way and in wrong ones.
import { createHash, createHmac, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const pair = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

const encoded = (value) => Buffer.from(value).toString('base64url');

export class Host {
  #own = pair();
  #foreign = pair();
  #kid = randomUUID();

  /** Starts the key server on a free port of the loopback. */
  async start() {
    this.server = createServer((request, response) => {
      const known = request.url === `/${this.#kid}`;
      response.writeHead(known ? 200 : 404, { 'content-type': 'application/x-pem-file' });
      response.end(known ? this.#own.publicKey : 'not found');
    });
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${this.server.address().port}`;
  }

  stop() {
    this.server?.close();
  }

  tenant(secret = randomUUID()) {
    return { clientKey: `tenant-${randomUUID()}`, sharedSecret: secret };
  }

  /** Sends a callback; `kind` is how it is signed. Returns the status. */
  async send(base, event, tenant, kind) {
    const path = `/${event}`;
    const body = {
      key: 'com.example.release-notes',
      clientKey: tenant.clientKey,
      sharedSecret: tenant.sharedSecret,
      baseUrl: 'https://example.atlassian.net',
      productType: 'jira',
      eventType: event,
    };
    const token = this.#token(base, path, tenant, kind);
    const headers = { 'content-type': 'application/json' };
    if (token) headers.authorization = `JWT ${token}`;
    const response = await fetch(base + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
      redirect: 'manual',
      signal: AbortSignal.timeout(20_000),
    });
    return response.status;
  }

  #token(base, path, tenant, kind) {
    if (kind === 'unsigned') return undefined;
    const symmetric = kind === 'HS256';
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: kind === 'another tenant' ? 'tenant-of-somebody-else' : tenant.clientKey,
      iat: now,
      exp: now + 180,
      // tokens of the old kind name no audience
      ...(symmetric ? {} : { aud: [kind === 'another audience' ? 'https://elsewhere.example.com' : base] }),
      qsh: createHash('sha256').update(`POST&${path}&`).digest('hex'),
    };
    const header = symmetric ? { typ: 'JWT', alg: 'HS256' } : { typ: 'JWT', alg: 'RS256', kid: this.#kid };
    const signed = `${encoded(JSON.stringify(header))}.${encoded(JSON.stringify(claims))}`;
    if (symmetric) {
      return `${signed}.${createHmac('sha256', tenant.sharedSecret).update(signed).digest('base64url')}`;
    }
    const key = (kind === 'foreign key' ? this.#foreign : this.#own).privateKey;
    return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
  }
}
