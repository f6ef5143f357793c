/** An answer of the site, as a browser would see it. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where a redirect leads; empty otherwise. */
  readonly location: string;
}

type Fields = Readonly<Record<string, string>>;

/** Someone with a browser without JavaScript: keeps cookies and sends the forms of the pages it was shown. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  #last: Answer | undefined;

  constructor(readonly site: string) {}

  get(path: string, headers: Fields = {}): Promise<Answer> {
    return this.#ask(path, { headers });
  }

  /** Sends a form of the page that was shown last, with what the page hid in it. */
  async submit(action: string, fields: Fields = {}, headers: Fields = {}): Promise<Answer> {
    return this.post(action, { ...hiddenFields(this.#last?.text ?? '', action), ...fields }, headers);
  }

  post(path: string, fields: Fields, headers: Fields = {}): Promise<Answer> {
    return this.#ask(path, { method: 'POST', body: new URLSearchParams(fields), headers });
  }

  send(path: string, init: RequestInit): Promise<Answer> {
    return this.#ask(path, init);
  }

  /** Goes where the last answer led. */
  follow(): Promise<Answer> {
    if (!this.#last?.location) throw new Error(`the last answer (${this.#last?.status}) leads nowhere`);
    return this.get(this.#last.location);
  }

  async #ask(path: string, init: RequestInit): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(new URL(path, this.site), {
      ...init,
      headers: { accept: 'text/html', cookie, ...init.headers },
      redirect: 'manual',
    });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ''] = line.split(';');
      const at = pair.indexOf('=');
      this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    this.#last = {
      status: response.status,
      headers: response.headers,
      text: await response.text(),
      location: response.headers.get('location') ?? '',
    };
    return this.#last;
  }
}

/** What a page hid in its form with this action. */
export function hiddenFields(page: string, action: string): Record<string, string> {
  const start = page.indexOf(`action="${action}"`);
  if (start < 0) throw new Error(`the page has no form for ${action}`);
  const form = page.slice(start, page.indexOf('</form>', start));
  const hidden = form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return Object.fromEntries([...hidden].map(([, name = '', value = '']) => [name, value]));
}
