import type { Sandbox } from '../context.js';
import { toBalanceTransaction } from '../objects/balance-transaction.js';
import { toCharge } from '../objects/charge.js';
import { toCustomer } from '../objects/customer.js';
import { toDispute } from '../objects/dispute.js';
import { toLineItem, toProduct, toShippingRate } from '../objects/line-item.js';
import { toPaymentIntent } from '../objects/payment-intent.js';
import { toPaymentMethod } from '../objects/payment-method.js';
import { toRefund } from '../objects/refund.js';
import { toSession } from '../objects/session.js';
import type { ChargeRecord, RefundRecord, SessionRecord } from '../store/records.js';
import type { WireList } from './pagination.js';

/** The object that an id names, whatever its kind; undefined for a text that is no id. */
export function findObject(sandbox: Sandbox, id: string): object | undefined {
  const { store } = sandbox;
  switch (id.slice(0, id.indexOf('_') + 1)) {
    case 'cus_': {
      const customer = store.customers.get(id);
      return customer && toCustomer(customer);
    }
    case 'pi_': {
      const intent = store.paymentIntents.get(id);
      return intent && toPaymentIntent(intent);
    }
    case 'ch_': {
      const charge = store.charges.get(id);
      return charge && toCharge(charge, sandbox.publicUrl);
    }
    case 're_': {
      const refund = store.refunds.get(id);
      return refund && dressRefund(sandbox, refund);
    }
    case 'du_': {
      const dispute = store.disputes.get(id);
      return dispute && toDispute(dispute);
    }
    case 'cs_': {
      const session = store.sessions.get(id);
      return session && toSession(session, sandbox.publicUrl);
    }
    default:
      return findPart(sandbox, id);
  }
}

/** Objects that live inside others. */
function findPart(sandbox: Sandbox, id: string): object | undefined {
  const owner = sandbox.store.ownerOf(id);
  if (owner === undefined) return undefined;
  const session = sandbox.store.sessions.get(owner);
  if (session) return partOfSession(session, id);
  const charge = sandbox.store.charges.get(owner);
  if (charge) return id.startsWith('pm_') ? paymentMethodOf(charge) : toBalanceTransaction(charge, id);
  const refund = sandbox.store.refunds.get(owner);
  return refund && toBalanceTransaction(refund, id);
}

function partOfSession(session: SessionRecord, id: string): object | undefined {
  const line = session.lines.find((one) => one.product.id === id);
  if (line) return toProduct(line.product, session.created);
  const option = session.shippingOptions.find((one) => one.id === id);
  return option && toShippingRate(option, session);
}

function paymentMethodOf(charge: ChargeRecord): object {
  const billing = {
    email: charge.billingEmail,
    name: charge.billingName,
    address: charge.shipping?.address ?? null,
  };
  return toPaymentMethod(charge.card, billing, charge.created);
}

export function dressRefund(sandbox: Sandbox, refund: RefundRecord): object {
  return toRefund(refund, sandbox.store.charges.get(refund.charge)?.card.paymentMethod ?? null);
}

/** Lists that an object shows only when asked: a session's line items, a charge's refunds. */
export function includeList(sandbox: Sandbox, object: object, name: string): WireList | null | undefined {
  const id: unknown = Reflect.get(object, 'id');
  if (typeof id !== 'string') return undefined;
  if (name === 'line_items' && id.startsWith('cs_')) {
    const session = sandbox.store.sessions.get(id);
    if (!session) return undefined;
    return {
      object: 'list',
      data: session.lines.map((line) => toLineItem(line, session)),
      has_more: false,
      url: `/v1/checkout/sessions/${id}/line_items`,
    };
  }
  if (name === 'refunds' && id.startsWith('ch_')) {
    const refunds = sandbox.store.charges
      .get(id)
      ?.refunds.flatMap((one) => sandbox.store.refunds.get(one) ?? []);
    if (!refunds) return undefined;
    return {
      object: 'list',
      data: refunds.reverse().map((refund) => dressRefund(sandbox, refund)),
      has_more: false,
      url: `/v1/charges/${id}/refunds`,
    };
  }
  return Reflect.get(object, name) === null ? null : undefined;
}
