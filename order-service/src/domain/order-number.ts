import { randomInt } from 'node:crypto';

/** No I, L, O or U: what is read out on the telephone is not misheard. https://www.crockford.com/base32.html */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

function group(): string {
  return Array.from({ length: 4 }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** A number such as `MM-7K3Q-9F2D`: one of a million million, so it tells nothing about how much the shop sells. */
export function newOrderNumber(): string {
  return `MM-${group()}-${group()}`;
}
