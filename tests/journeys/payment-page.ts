/** What the stand-in answered to a form: a page, or the address of a redirect. */
export interface PaymentAnswer {
  readonly status: number;
  /** Its words, without tags and with the characters that HTML escapes. */
  readonly text: string;
  readonly location: URL | undefined;
}

export interface CardFields {
  readonly number: string;
  readonly expiry?: string;
  readonly cvc?: string;
}

const escaped = { '&#39;': "'", '&#34;': '"', '&amp;': '&', '&lt;': '<', '&gt;': '>' } as const;

function wordsOf(html: string): string {
  return Object.entries(escaped).reduce(
    (text, [code, character]) => text.replaceAll(code, character),
    html.replace(/<[^>]+>/g, ' '),
  );
}

async function ask(url: URL, fields?: Record<string, string>): Promise<PaymentAnswer & { html: string }> {
  const response = await fetch(url, {
    redirect: 'manual',
    ...(fields ? { method: 'POST', body: new URLSearchParams(fields) } : {}),
  });
  const html = await response.text();
  const location = response.headers.get('location');
  return {
    status: response.status,
    html,
    text: wordsOf(html),
    location: location === null ? undefined : new URL(location, url),
  };
}

/** The stand-in's payment page of one session, used by its forms alone. */
export class PaymentPage {
  constructor(readonly url: URL) {}

  /** The page as it is now; 200 while the session is open. */
  async open(): Promise<PaymentAnswer> {
    return ask(this.url);
  }

  async payWith({ number, expiry = '12 / 34', cvc }: CardFields): Promise<PaymentAnswer> {
    const { html } = await ask(this.url);
    return ask(this.url, {
      email: 'ada@example.com',
      cardNumber: number,
      cardExpiry: expiry,
      cardCvc: cvc ?? (/^3[47]/.test(number) ? '1234' : '123'),
      cardholderName: 'Ada Lovelace',
      shippingName: 'Ada Lovelace',
      shippingLine1: '1 Raffles Place',
      shippingPostalCode: '048616',
      shippingCity: 'Singapore',
      shippingCountry: 'SG',
      shippingOption: '0',
      shownTotal: /name="shownTotal" value="(\d+)"/.exec(html)?.[1] ?? '',
    });
  }

  /** Answers the 3-D Secure page to which a payment led. */
  async authenticate(question: URL, authentication: 'complete' | 'fail'): Promise<PaymentAnswer> {
    const answer = await ask(question, { authentication });
    // After a failure it leads back to the form, which says so.
    const leadsBack = answer.location?.pathname === this.url.pathname;
    return leadsBack && answer.location ? ask(answer.location) : answer;
  }
}
