type Names<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Names<Rest> : Text;

/** Attributes that Stripe's objects have and the stand-in never fills. @param names with one space between them */
export function absent<Text extends string>(names: Text): Record<Names<Text>, null>;
export function absent(names: string): Record<string, null> {
  return Object.fromEntries(names.split(' ').map((name) => [name, null]));
}
