// A client of Imasugu's API in one file, for Node.js 22 and later, Deno, Bun and browsers; copy it.
// A read always has a list: when the server does not answer in time, the fallback. An event is sent
// again, with the same id, for as long as that may help.

export interface Event {
  /** Made here when absent, so that sending again has the effect of sending once. */
  eventId?: string;
  user?: string;
  anonymous?: string;
  item?: string;
  type: string;
  /** Milliseconds since 1970; now when absent. */
  occurredAt?: number;
  value?: number;
  quantity?: number;
  placement?: string;
  position?: number;
  recommendationId?: string;
  responseId?: string;
  sessionId?: string;
  context?: Record<string, string | number | boolean>;
}

export interface Read {
  placement: string;
  user?: string;
  anonymous?: string;
  /** 1 to 1,000; 20 when absent. */
  limit?: number;
  exclude?: string[];
  fields?: string[];
  /** A token of `send`: wait for a list that has seen the event, */
  minAsOf?: string;
  /** for at most so long, 0 to 2,000; 100 when absent. */
  waitMs?: number;
}

export interface Recommendations {
  placement: string;
  recommendationId: string;
  responseId: string;
  items: { id: string; score: number; source: string; [field: string]: unknown }[];
  /** stored, waited, fallback:popular, fallback:catalogue, or fallback:client. */
  madeBy: string;
  fresh: boolean;
}

export interface Options {
  key?: string;
  /** Patience for one answer; 2,000 when absent. */
  timeoutMs?: number;
  /** How often an event is tried; 4 when absent. */
  tries?: number;
  /** Items to show when the server does not answer. */
  fallback?: string[];
}

/** The server says what is wrong with what it was sent; trying again does not help. */
export class Refused extends Error {}

export class Imasugu {
  readonly server: string;
  readonly options: Options;

  constructor(server: string, options: Options = {}) {
    this.server = server.replace(/\/$/, '');
    this.options = options;
  }

  /** Sends an event; returns the token to wait for. Throws Refused, or the last failure. */
  async send(event: Event): Promise<string> {
    const body = JSON.stringify({ eventId: crypto.randomUUID(), occurredAt: Date.now(), ...event });
    let pause = 100;
    let last: unknown;
    for (let i = 0; i < (this.options.tries ?? 4); i++) {
      if (i > 0) {
        await new Promise(done => setTimeout(done, pause * (1 + Math.random())));
        pause *= 3;
      }
      try {
        const answer = await this.exchange('/v1/events', 0, { method: 'POST', body });
        if (answer.ok) {
          const result = (await answer.json()).results[0];
          if (result.asOf === undefined) {
            throw new Refused(`${result.field}: ${result.value} (expected: ${result.expected})`);
          }
          return result.asOf;
        }
        last = await failure(answer);
        pause = Math.max(pause, 1000 * Number(answer.headers.get('retry-after') ?? 0));
      } catch (e) {
        last = e;
      }
      if (last instanceof Refused) {
        break;
      }
    }
    throw last;
  }

  /** Reads a list; the fallback when the server does not answer. Throws Refused. */
  async recommend(read: Read): Promise<Recommendations> {
    const { placement, ...rest } = read;
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(rest)) {
      if (value !== undefined) {
        parameters.set(name, String(value));
      }
    }
    const path = `/v1/placements/${encodeURIComponent(placement)}/recommendations?${parameters}`;
    try {
      const answer = await this.exchange(path, read.waitMs ?? 100, {});
      if (answer.ok) {
        return await answer.json();
      }
      const why = await failure(answer);
      if (why instanceof Refused) {
        throw why;
      }
    } catch (e) {
      if (e instanceof Refused) {
        throw e;
      }
    }
    const items = (this.options.fallback ?? []).map(id => ({ id, score: 0, source: 'client' }));
    return { placement, recommendationId: '', responseId: '', items, madeBy: 'fallback:client', fresh: false };
  }

  private exchange(path: string, waitMs: number, init: RequestInit): Promise<Response> {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (this.options.key) {
      headers['x-api-key'] = this.options.key;
    }
    const signal = AbortSignal.timeout((this.options.timeoutMs ?? 2_000) + waitMs);
    return fetch(this.server + path, { ...init, headers, signal });
  }
}

/** Refused for the caller's slip; a plain error for what may pass. */
async function failure(answer: Response): Promise<Error> {
  const text = await answer.text();
  let detail = `status ${answer.status}`;
  try {
    detail = JSON.parse(text).detail ?? detail;
  } catch {
    // not ours: a proxy's page
  }
  return answer.status < 500 && answer.status !== 429 ? new Refused(detail) : new Error(detail);
}
