// Each file of tests costs a virtual host and a start of the site; these suites share one.
import './suites/accounts.js';
import './suites/cart.js';
import './suites/catalogue.js';
import './suites/checkout.js';
import './suites/create-product.js';
import './suites/dead-letters.js';
import './suites/open-order.js';
import './suites/orders.js';
import './suites/safety.js';
