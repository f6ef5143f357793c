const operators = 'operators';

/** Who is told. In the containers the mail goes to Mailpit, whatever the address. */
export function contactPointsFile() {
  return {
    apiVersion: 1,
    contactPoints: [
      {
        orgId: 1,
        name: operators,
        receivers: [
          {
            uid: 'operators-by-mail',
            type: 'email',
            settings: { addresses: 'operators@micromall.test', singleEmail: true },
          },
        ],
      },
    ],
  };
}

/** When they are told: once for each alert and service, soon, and again while it lasts. */
export function policiesFile() {
  return {
    apiVersion: 1,
    policies: [
      {
        orgId: 1,
        receiver: operators,
        group_by: ['alertname', 'service'],
        group_wait: '10s',
        group_interval: '1m',
        repeat_interval: '4h',
      },
    ],
  };
}
