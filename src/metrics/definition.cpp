#include "metrics/definition.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "parley_catalog_metrics.h"

namespace parley::metrics {
namespace {

const std::pair<std::string_view, MetricKind> kKinds[] = {
    {"count", MetricKind::kCount},           {"sum", MetricKind::kSum},     {"mean", MetricKind::kMean},
    {"percentile", MetricKind::kPercentile}, {"ratio", MetricKind::kRatio}, {"composed", MetricKind::kComposed}};

const std::set<std::string> kKeys = {"id",    "title", "meaning",   "formula", "unit",  "better",     "grain",
                                     "kind",  "of",    "otherwise", "where",   "value", "per",        "divide",
                                     "needs", "parts", "minimum_n", "version", "basis", "drill_down", "examples"};

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

/// Reads one file. Fails by throwing `Wrong`, which parse_definition turns into an Error with its line.
struct Wrong {
  int line = 0;
  std::string what;
};

class Reader {
 public:
  explicit Reader(const YAML::Node& root) : root_(root) {}

  MetricDefinition read() {
    if (!root_.IsMap()) throw Wrong{1, "expected a map of keys"};
    for (const auto& entry : root_)
      if (const auto key = entry.first.as<std::string>(); !kKeys.contains(key))
        throw Wrong{entry.first.Mark().line + 1, "unknown key \"" + key + "\""};
    read_info();
    read_kind();
    of("of", definition_.of, &Expression::parse);
    of("otherwise", definition_.otherwise, &Expression::parse_condition);
    of("where", definition_.where, &Expression::parse_condition);
    of("value", definition_.value, &Expression::parse);
    of("per", definition_.per, &Expression::parse);
    for (const YAML::Node& id : root_["divide"]) definition_.dividend.push_back(id.as<std::string>());
    read_needs();
    read_parts();
    check_shape();
    read_drill_down();
    return std::move(definition_);
  }

 private:
  int line(const char* key) const { return root_[key] ? root_[key].Mark().line + 1 : 1; }

  [[noreturn]] void wrong(const char* key, const std::string& what) const {
    throw Wrong{line(key), fmt::format("{}: {}", key, what)};
  }

  std::string text(const char* key, bool required = true) const {
    const auto value = root_[key].as<std::string>("");
    if (value.empty() && required) wrong(key, "expected a text");
    return value;
  }

  void read_info() {
    MetricInfo& info = definition_.info;
    info.id = text("id");
    info.title = text("title");
    info.meaning = text("meaning");
    info.formula = text("formula");
    info.unit = text("unit");
    info.better = text("better");
    info.grain = text("grain");
    info.basis = text("basis", false);
    if (!one_of(info.unit, {"count", "ratio", "number", "seconds", "points", "money"}))
      wrong("unit", "expected count, ratio, number, seconds, points or money, got \"" + info.unit + "\"");
    if (!one_of(info.better, {"higher", "lower", "neither"}))
      wrong("better", "expected higher, lower or neither, got \"" + info.better + "\"");
    if (!one_of(info.grain, {"conversation", "person", "message", "turn", "answer", "call"}))
      wrong("grain", "expected conversation, person, message, turn, answer or call, got \"" + info.grain + "\"");
    info.minimum_n = root_["minimum_n"].as<int>(info.minimum_n);
    info.version = root_["version"].as<int>(info.version);
    if (info.minimum_n < 0) wrong("minimum_n", "expected a number from 0");
    definition_.counts_persons = info.grain == "person";
  }

  void read_kind() {
    definition_.info.kind = text("kind");
    const auto* kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                    [&](const auto& each) { return each.first == definition_.info.kind; });
    if (kind == std::end(kKinds))
      wrong("kind", "expected count, sum, mean, percentile, ratio or composed, got \"" + definition_.info.kind + "\"");
    definition_.kind = kind->second;
  }

  void of(const char* key, std::optional<Expression>& into, Result<Expression> (*parse)(std::string_view)) {
    if (!root_[key]) return;
    auto expression = parse(root_[key].as<std::string>());
    if (!expression.ok()) wrong(key, expression.error().message);
    into = std::move(*expression);
  }

  void read_needs() {
    for (const YAML::Node& node : root_["needs"]) {
      auto pattern = EventPattern::parse(node.as<std::string>());
      if (!pattern.ok()) throw Wrong{node.Mark().line + 1, "needs: " + pattern.error().message};
      definition_.info.needs.push_back(pattern->text());
      definition_.needs.push_back(std::move(*pattern));
    }
    if (definition_.needs.empty() && definition_.kind != MetricKind::kComposed)
      wrong("needs", "expected the events without which the number means nothing");
  }

  void read_parts() {
    for (const auto& entry : root_["parts"]) {
      auto where = Expression::parse_condition(entry.second.as<std::string>());
      if (!where.ok()) throw Wrong{entry.first.Mark().line + 1, "parts: " + where.error().message};
      definition_.parts.push_back({entry.first.as<std::string>(), std::move(*where)});
    }
  }

  bool amount_of() const { return definition_.of && definition_.of->type() != ValueType::kBoolean; }

  // Exactly the keys that the kind can use, each of the type it needs.
  void check_shape() const {
    switch (definition_.kind) {
      case MetricKind::kCount: return expect({}, {"where"});
      case MetricKind::kSum: expect({"value"}, {"where"}); return expect_whole("value");
      case MetricKind::kMean:
        expect({"value"}, {"of", "per"});
        if (amount_of()) wrong("of", "expected a condition");
        if (definition_.per) expect_whole("per");
        return expect_whole("value");
      case MetricKind::kPercentile:
        expect({"value"}, {"of"});
        if (amount_of()) wrong("of", "expected a condition");
        return expect_amount("value");
      case MetricKind::kRatio:
        if (!amount_of()) return expect({"of", "where"}, {"otherwise"});
        expect({"of", "value"}, {});
        expect_whole("of");
        return expect_whole("value");
      case MetricKind::kComposed:
        expect({"divide"}, {});
        if (definition_.dividend.size() != 2) wrong("divide", "expected two metrics");
        return;
    }
  }

  void expect(std::initializer_list<std::string_view> required,
              std::initializer_list<std::string_view> optional) const {
    for (const char* key : {"of", "otherwise", "where", "value", "per", "divide"}) {
      const bool has = root_[key].IsDefined();
      if (!has && one_of(key, required)) wrong(key, "expected for kind " + definition_.info.kind);
      if (has && !one_of(key, required) && !one_of(key, optional))
        wrong(key, "not expected for kind " + definition_.info.kind);
    }
    if (definition_.counts_persons && definition_.kind != MetricKind::kCount &&
        definition_.kind != MetricKind::kRatio && definition_.kind != MetricKind::kComposed)
      wrong("grain", "person goes with kind count or ratio");
    if (definition_.counts_persons && amount_of()) wrong("of", "expected a condition with grain person");
  }

  const Expression& expression(std::string_view key) const {
    return key == "of" ? *definition_.of : key == "per" ? *definition_.per : *definition_.value;
  }
  void expect_whole(const char* key) const {
    if (expression(key).type() != ValueType::kWhole) wrong(key, "expected a whole number");
  }
  void expect_amount(const char* key) const {
    const ValueType type = expression(key).type();
    if (type != ValueType::kWhole && type != ValueType::kMillionths && type != ValueType::kMilliseconds)
      wrong(key, "expected a number or a duration");
  }

  // The list behind a number is made of the same predicates; only amounts must say whose conversations are meant.
  void read_drill_down() {
    std::vector<const Expression*> conditions;
    std::optional<Expression> own;
    if (root_["drill_down"]) {
      of("drill_down", own, &Expression::parse_condition);
      conditions.push_back(&*own);
    } else {
      if (definition_.of && !amount_of()) conditions.push_back(&*definition_.of);
      if (definition_.where) conditions.push_back(&*definition_.where);
    }
    for (const Expression* condition : conditions) {
      const auto filters = condition->as_filters();
      if (!filters) wrong("drill_down", "expected conditions joined by \"and\" that filters can state");
      for (const std::string& filter : *filters) {
        auto& all = definition_.info.drill_down;
        if (std::find(all.begin(), all.end(), filter) == all.end()) all.push_back(filter);
      }
    }
  }

  const YAML::Node& root_;
  MetricDefinition definition_;
};

}  // namespace

Result<MetricDefinition> parse_definition(std::string_view yaml, std::string_view origin) {
  try {
    const YAML::Node root = YAML::Load(std::string(yaml));
    return Reader(root).read();
  } catch (const Wrong& fault) {
    return invalid(fmt::format("{}:{}: {}", origin, fault.line, fault.what));
  } catch (const YAML::Exception& fault) {
    return invalid(fmt::format("{}:{}: {}", origin, fault.mark.line + 1, fault.msg));
  }
}

Result<std::vector<MetricDefinition>> shipped_definitions() {
  std::vector<MetricDefinition> definitions;
  for (const auto& file : embedded::parley_catalog_metrics()) {
    const std::string origin = "catalog/metrics/" + std::string(file.name);
    auto definition = parse_definition(file.bytes, origin);
    if (!definition.ok()) return definition.error();
    if (definition->info.id + ".yaml" != file.name)
      return invalid(fmt::format("{}: id: expected the name of the file, got \"{}\"", origin, definition->info.id));
    definitions.push_back(std::move(*definition));
  }
  for (const MetricDefinition& definition : definitions)
    for (const std::string& id : definition.dividend) {
      const auto found = std::find_if(definitions.begin(), definitions.end(),
                                      [&](const MetricDefinition& other) { return other.info.id == id; });
      if (found == definitions.end() || found->kind == MetricKind::kComposed)
        return invalid(fmt::format("catalog/metrics/{}.yaml: divide: no metric \"{}\" that is not composed",
                                   definition.info.id, id));
    }
  return definitions;
}

}  // namespace parley::metrics
