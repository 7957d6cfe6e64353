#include "metrics/reports/reports.h"

namespace parley::metrics {

#define PARLEY_REPORT(id) ReportInfo describe_##id();
#include "metrics/reports/reports.inc"
#undef PARLEY_REPORT

std::vector<ReportInfo> all_reports() {
  return {
#define PARLEY_REPORT(id) describe_##id(),
#include "metrics/reports/reports.inc"
#undef PARLEY_REPORT
  };
}

}  // namespace parley::metrics
