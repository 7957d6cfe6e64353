#include "metrics/reports/reports.h"

namespace parley::metrics {

std::vector<ReportInfo> all_reports() {
  return {
#define PARLEY_REPORT(id) describe_##id(),
#include "metrics/reports/reports.inc"
#undef PARLEY_REPORT
  };
}

}  // namespace parley::metrics
