#pragma once

#include "api/services.h"
#include "net/server.h"

namespace parley::api {

/// Adds every route of openapi.yaml and of the collecting protocols. `services` must outlive the server.
void add_routes(net::Server& server, Services& services);

}  // namespace parley::api
