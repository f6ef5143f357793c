/** No I, L, O or U: what is read out on the telephone is not misheard. https://www.crockford.com/base32.html */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * A number such as `MM-7K3Q-9F2D`: one of a million million, so nobody can count the shop's sales by it.
 * @param randomBelow a random integer from 0 to less than its argument
 */
export function newOrderNumber(randomBelow: (bound: number) => number): string {
  const group = () => Array.from({ length: 4 }, () => alphabet[randomBelow(alphabet.length)]).join('');
  return `MM-${group()}-${group()}`;
}
