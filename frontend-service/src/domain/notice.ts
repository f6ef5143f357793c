/** A sentence that a page shows at its top. */
export interface Notice {
  readonly kind: 'good' | 'alert';
  readonly text: string;
  /** The trace id of what went wrong, for a person to tell the shop. */
  readonly traceId?: string | undefined;
}
