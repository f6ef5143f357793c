// Makes the shop smoother; each form works without it.

/** How long a message of a success stays. */
const noticeMs = 6_000;

const notices = document.querySelector('[data-notices]');
const counters = document.querySelectorAll('[data-cart-count]');

/** @param {'good' | 'alert'} kind @param {string} text @param {unknown} [traceId] to ask the shop about */
function showNotice(kind, text, traceId) {
  const notice = document.createElement('p');
  notice.className = `notice notice-${kind} notice-floating`;
  if (kind === 'alert') notice.setAttribute('role', 'alert');
  notice.textContent = text;
  if (typeof traceId === 'string') {
    const number = document.createElement('code');
    number.textContent = traceId;
    const trace = document.createElement('span');
    trace.className = 'notice-trace';
    trace.append('Number for questions: ', number);
    notice.append(' ', trace);
  }
  notices?.replaceChildren(notice);
  if (kind === 'good') setTimeout(() => notice.remove(), noticeMs);
}

/** @param {number} count */
function showCount(count) {
  for (const counter of counters) {
    counter.textContent = String(count);
    counter.classList.toggle('is-empty', count === 0);
    const unit = counter.nextElementSibling;
    if (unit) unit.textContent = count === 1 ? ' item' : ' items';
  }
}

/** One after the other: a guest's first item makes the session that the next ones need. */
let adding = Promise.resolve();

/** @param {HTMLFormElement} form @param {URLSearchParams} fields @param {HTMLElement | null} button */
async function add(form, fields, button) {
  button?.setAttribute('aria-busy', 'true');
  try {
    const response = await fetch(form.action, {
      method: 'POST',
      headers: { accept: 'application/json' },
      body: fields,
    });
    const answer = await response.json();
    if (typeof answer.count === 'number') showCount(answer.count);
    showNotice(answer.ok ? 'good' : 'alert', String(answer.message), answer.traceId);
  } catch {
    showNotice('alert', 'The shop can not be reached just now. Please try again.');
  } finally {
    button?.removeAttribute('aria-busy');
  }
}

for (const form of document.querySelectorAll('form[data-add-to-cart]')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const button = event.submitter;
    const fields = new URLSearchParams(new FormData(form, button));
    adding = adding.then(() => add(form, fields, button));
  });
}

// A double click on "Pay now" is one order anyway; this only says that the first click was enough.
for (const form of document.querySelectorAll('form[data-once]')) {
  const button = form.querySelector('button');
  form.addEventListener('submit', (event) => {
    if (button?.getAttribute('aria-busy') === 'true') event.preventDefault();
    button?.setAttribute('aria-busy', 'true');
  });
  // The browser's "back" shows the page as it was left.
  addEventListener('pageshow', () => button?.removeAttribute('aria-busy'));
}

for (const select of document.querySelectorAll('select[data-submits]')) {
  select.addEventListener('change', () => select.form?.requestSubmit());
}
