#include "api/routes.h"

#include "api/answers.h"

namespace parley::api {

void add_routes(net::Server& server, Services& services) {
  add_collect_routes(server, services);
  add_health_routes(server, services);
  add_session_routes(server, services);
  add_workspace_routes(server, services);
  add_catalog_routes(server, services);
  add_metric_routes(server, services);
  add_dashboard_routes(server, services);
  add_report_routes(server, services);
  add_conversation_routes(server, services);
  add_event_routes(server, services);
  add_quarantine_routes(server, services);
  add_plan_routes(server, services);
}

}  // namespace parley::api
