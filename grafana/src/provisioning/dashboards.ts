/** Where Grafana finds the dashboards. Format: https://grafana.com/docs/grafana/latest/administration/provisioning/#dashboards */
export function dashboardsFile() {
  return {
    apiVersion: 1,
    providers: [
      {
        name: 'MicroMall',
        orgId: 1,
        folder: 'MicroMall',
        type: 'file',
        disableDeletion: true,
        // What is changed in the browser can be exported, but not saved over these files.
        allowUiUpdates: false,
        updateIntervalSeconds: 30,
        options: { path: '/etc/grafana/dashboards', foldersFromFilesStructure: false },
      },
    ],
  };
}
