/** Only its path is used. */
const anyOrigin = 'http://shop.invalid';

/**
 * A path of this site that a form or a link named, or `fallback`. Whatever a browser would understand as another
 * site (`//other.example`, `/\other.example`, `https:…`) is not one.
 */
export function ownPath(value: unknown, fallback = '/'): string {
  if (typeof value !== 'string' || !value.startsWith('/') || value.length > 2_000) return fallback;
  if (!URL.canParse(value, anyOrigin)) return fallback;
  const url = new URL(value, anyOrigin);
  // `/.//other.example` has this origin, but its path begins with two slashes once it is resolved.
  if (url.origin !== anyOrigin || url.pathname.startsWith('//')) return fallback;
  return `${url.pathname}${url.search}`;
}
