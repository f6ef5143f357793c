import compression from 'compression';
import express, { type Express } from 'express';
import type { Context } from './context.js';
import { serveAssets } from './http/assets.js';
import { readCookies } from './http/cookies.js';
import { onlyForms, readForms } from './http/forms.js';
import { requireAdmin, requireShopper } from './http/guards.js';
import { createProblemPages, problems } from './http/problems.js';
import { createRateLimits } from './http/rate-limits.js';
import { renewIdentities } from './http/renew-identity.js';
import { securityHeaders } from './http/security-headers.js';
import { traceRequests } from './http/trace.js';
import { readUpload } from './http/uploads.js';
import { addToCart } from './pages/add-to-cart.js';
import { createCancelPages } from './pages/cancel.js';
import { showCart } from './pages/cart.js';
import { showCatalogue } from './pages/catalogue.js';
import { changeCartLine } from './pages/change-cart.js';
import { createCheckoutPages } from './pages/checkout.js';
import { createProductPages } from './pages/create-product.js';
import { createDeadLetterPages } from './pages/dead-letters.js';
import { showImage } from './pages/images.js';
import { logIn, showLogin } from './pages/login.js';
import { logOut } from './pages/logout.js';
import { showOrder, showOrders } from './pages/orders.js';
import { showProduct } from './pages/product.js';
import { register, showRegister } from './pages/register.js';
import { showSuccess } from './pages/success.js';

/** Pages are compressed while somebody waits; more effort would save few bytes. */
const compressionLevel = 3;

/** The site: what each request passes, in this order, and which page answers it. */
export function createApp(context: Context): Express {
  const { config, csrf, events, sessions } = context;
  const problemPages = createProblemPages(context);
  const limits = createRateLimits(context, problemPages);
  const checkout = createCheckoutPages(context, problemPages);
  const cancel = createCancelPages(context, problemPages);
  const createProduct = createProductPages(context);
  const deadLetters = createDeadLetterPages(context, problemPages);
  const adminOnly = requireAdmin(problemPages);

  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', config.TRUSTED_PROXIES);
  app.set('query parser', 'simple');
  // Pages differ from visitor to visitor and are made anew each time: hashing them would be for nothing.
  app.set('etag', false);

  // For every request
  app.use(traceRequests(events));
  app.use(securityHeaders({ checkoutOrigin: config.CHECKOUT_ORIGIN, overTls: config.secureCookies }));

  // The same for every visitor: no session is looked up
  app.get('/images/:file', showImage(context));
  app.use(compression({ level: compressionLevel }));
  app.use('/assets', serveAssets());

  // Who asks, and what they send
  app.use(readCookies());
  app.get(['/', '/products/:id'], sessions.recent);
  app.use(sessions.exact);
  app.use(renewIdentities(context));
  app.post(['/login', '/register'], limits.byAddress);
  app.post('/createproduct', adminOnly, readUpload());
  app.use(onlyForms(problemPages.always(problems.wrongType)));
  app.use(readForms());
  app.use(csrf.guard);

  // Pages
  app.get('/', showCatalogue(context));
  app.get('/products/:id', showProduct(context, problemPages));
  app.get('/cart', showCart(context));
  app.post('/cart/add', addToCart(context, problemPages));
  app.post('/cart/change', changeCartLine(context, problemPages));
  app.get('/register', showRegister(context));
  app.post('/register', register(context));
  app.get('/login', showLogin(context));
  app.post('/login', limits.byEmail, logIn(context));
  app.post('/logout', logOut(context));
  app.get('/checkout', requireShopper(checkout.show));
  app.post('/checkout', requireShopper(checkout.pay));
  app.get('/success', requireShopper(showSuccess(context, problemPages)));
  app.get('/cancel', requireShopper(cancel.show));
  app.post('/cancel', requireShopper(cancel.cancel));
  app.get('/orders', requireShopper(showOrders(context, problemPages)));
  app.get('/orders/:id', requireShopper(showOrder(context, problemPages)));
  app.get('/createproduct', adminOnly, createProduct.show);
  app.post('/createproduct', requireShopper(createProduct.create));
  app.use('/admin', adminOnly);
  app.get('/admin/dead-letters', requireShopper(deadLetters.show));
  app.post('/admin/dead-letters/send-back', requireShopper(deadLetters.sendBack));
  app.post('/admin/dead-letters/discard', requireShopper(deadLetters.discard));

  // Everything else
  app.use(problemPages.always(problems.notFound));
  app.use(problemPages.caught);
  return app;
}
