import type Stripe from 'stripe';
import type { EndpointRecord } from '../store/records.js';

/** https://docs.stripe.com/api/webhook_endpoints/object; the secret is told only once, in the answer to create. */
export function toWebhookEndpoint(endpoint: EndpointRecord): Stripe.WebhookEndpoint {
  return {
    id: endpoint.id,
    object: 'webhook_endpoint',
    api_version: endpoint.apiVersion,
    application: null,
    created: endpoint.created,
    description: endpoint.description,
    enabled_events: endpoint.enabledEvents,
    livemode: false,
    metadata: endpoint.metadata,
    status: endpoint.status,
    url: endpoint.url,
  };
}

export function toNewWebhookEndpoint(endpoint: EndpointRecord): Stripe.WebhookEndpoint {
  return { ...toWebhookEndpoint(endpoint), secret: endpoint.secret };
}
