#pragma once

#include <functional>
#include <string>
#include <vector>

#include "accounts/accounts.h"
#include "base/clock.h"
#include "base/counters.h"
#include "delivery/delivery.h"
#include "ingest/ingest.h"
#include "journal/journal.h"
#include "metrics/dashboard.h"
#include "metrics/metrics.h"
#include "store/store.h"

namespace parley::api {

/// What the routes call. Everything outlives the server.
struct Services {
  const Clock& clock;
  Counters& counters;
  accounts::Accounts& accounts;
  ingest::Ingest& ingest;
  journal::Journal& journal;
  delivery::StoreFeed& feed;
  store::Store& store;
  metrics::Metrics& metrics;
  std::vector<metrics::DashboardSpec> dashboards;
  std::string version;
  /// Keeps a workspace's plan, so that it is in force after the next start too.
  std::function<Status(std::string_view workspace, std::string_view yaml)> save_plan;
};

}  // namespace parley::api
