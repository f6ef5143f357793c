import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { board } from '../board.js';
import { stat } from '../panels.js';
import { metricNow } from '../queries.js';

export function shopDashboard(): Dashboard {
  return board({
    title: 'Shop',
    purpose:
      '**How the shop does as a business**: what was sold and given back, where shoppers turn away before they pay, and what is sold out. It is for the seller; an engineer starts at Services.',
    seeAlso: ['Services', 'Follow a request', 'Logs'],
    span: '24h',
    sections: [
      {
        title: 'Sales',
        panels: [
          stat({
            title: 'Orders paid',
            description: 'Orders that became paid in the time looked at.',
            unit: 'none',
            decimals: 0,
            ifNothing: '0',
            queries: [metricNow('sum(increase(order_transitions_total{to="paid"}[$__range]))', 'paid')],
          }),
        ],
      },
    ],
  });
}
