// The page works without this script; it saves typing and prevents a second click.
const form = document.querySelector('[data-checkout]');
const number = document.querySelector('#cardNumber');
const expiry = document.querySelector('#cardExpiry');
const cvc = document.querySelector('#cardCvc');

number.addEventListener('input', () => {
  // Only while typing at the end: moving the cursor of someone who corrects a digit would be worse.
  if (number.selectionStart !== number.value.length) return;
  const digits = number.value.replace(/\D/g, '').slice(0, 19);
  const isAmex = /^3[47]/.test(digits);
  number.value = isAmex
    ? digits.replace(/^(\d{4})(\d{1,6})?(\d{1,5})?.*$/, (_all, ...parts) =>
        parts.slice(0, 3).filter(Boolean).join(' '),
      )
    : digits.replace(/(\d{4})(?=\d)/g, '$1 ');
});

expiry.addEventListener('input', (event) => {
  if (event.inputType === 'deleteContentBackward' || expiry.selectionStart !== expiry.value.length) return;
  const digits = expiry.value.replace(/\D/g, '');
  if (/^[2-9]$/.test(digits)) expiry.value = `0${digits} / `;
  else if (/^\d{2}$/.test(digits) && !expiry.value.includes('/')) expiry.value = `${digits} / `;
  else if (/^\d{3,4}$/.test(digits)) expiry.value = `${digits.slice(0, 2)} / ${digits.slice(2)}`;
});

for (const item of document.querySelectorAll('[data-number]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.append(...item.childNodes);
  button.addEventListener('click', () => {
    number.value = item.dataset.number;
    expiry.value = '12 / 34';
    cvc.value = item.dataset.cvc;
    document.querySelector('[data-cards]').open = false;
    form.querySelector('.pay').focus();
  });
  item.classList.add('pressable');
  item.append(button);
}

let isSent = false;
form.addEventListener('submit', (event) => {
  if (isSent) {
    event.preventDefault();
    return;
  }
  isSent = true;
  form.querySelector('.pay').setAttribute('aria-disabled', 'true');
  form.querySelector('[data-pay-label]').textContent = 'Processing…';
});

// A page that comes back from the browser's memory is ready for another try.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) window.location.reload();
});
