/**
 * Where a debugger attaches to each program of a shop in development, started by `npm run dev -- --inspect` or by
 * docker-compose.dev.yml: always on this machine alone, since whoever reaches such a port can run anything.
 */
export const inspectorPorts = {
  'auth-service': 9231,
  'product-service': 9232,
  'cart-service': 9233,
  'order-service': 9234,
  'payment-service': 9235,
  'frontend-service': 9236,
  'stripe-sandbox': 9237,
} as const satisfies Readonly<Record<string, number>>;
