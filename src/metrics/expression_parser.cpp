#include "metrics/expression_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace parley::metrics {
namespace {

using Node = Expression::Node;
using Kind = Expression::Kind;
using NodeResult = Result<std::unique_ptr<Node>>;

constexpr std::int64_t kMicro = 1'000'000;
constexpr int kDeepest = 64;
constexpr std::size_t kMostDigits = 12;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_number(ValueType type) {
  return type == ValueType::kWhole || type == ValueType::kMillionths || type == ValueType::kMilliseconds;
}

std::unique_ptr<Node> make(Kind kind, ValueType type, std::string text = {}) {
  auto node = std::make_unique<Node>();
  node->kind = kind;
  node->type = type;
  node->text = std::move(text);
  return node;
}

// A whole literal is a decimal one wherever it stands beside a decimal, and 0 is 0 of any unit.
void adapt(Node& literal, ValueType type) {
  if (literal.kind != Kind::kNumber || literal.type != ValueType::kWhole || literal.type == type) return;
  if (type == ValueType::kMillionths) {
    literal.number *= kMicro;
    literal.type = type;
  } else if (type == ValueType::kMilliseconds && literal.number == 0) {
    literal.type = type;
  }
}

// Recursive descent, one function a level of the grammar, loosest first. `at_` is where the next word begins.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  NodeResult parse() {
    auto node = disjunction();
    if (!node.ok()) return node;
    skip_space();
    if (at_ < text_.size()) return wrong("expected the end");
    return node;
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }

  Error wrong(const std::string& what) const {
    const std::string_view rest = text_.substr(std::min(at_, text_.size()));
    return invalid(fmt::format("\"{}\": {} at {}", text_, what,
                               rest.empty() ? "the end" : fmt::format("\"{}\"", rest.substr(0, 20))));
  }

  std::string_view peek_word() {
    skip_space();
    std::size_t end = at_;
    if (end < text_.size() && is_letter(text_[end]))
      while (end < text_.size() && (is_letter(text_[end]) || is_digit(text_[end]))) ++end;
    return text_.substr(at_, end - at_);
  }

  bool take_word(std::string_view word) {
    if (peek_word() != word) return false;
    at_ += word.size();
    return true;
  }

  bool take_sign(std::string_view sign) {
    skip_space();
    if (text_.substr(at_, sign.size()) != sign) return false;
    at_ += sign.size();
    return true;
  }

  NodeResult disjunction() { return joined("or", Kind::kOr, &Parser::conjunction); }
  NodeResult conjunction() { return joined("and", Kind::kAnd, &Parser::negation); }

  NodeResult joined(std::string_view word, Kind kind, NodeResult (Parser::*operand)()) {
    auto left = (this->*operand)();
    while (left.ok() && take_word(word)) {
      auto right = (this->*operand)();
      if (!right.ok()) return right;
      if ((*left)->type != ValueType::kBoolean || (*right)->type != ValueType::kBoolean)
        return wrong(fmt::format("\"{}\" joins two conditions, not a {} and a {}", word, value_type_name((*left)->type),
                                 value_type_name((*right)->type)));
      left = pair(kind, ValueType::kBoolean, std::string(word), std::move(*left), std::move(*right));
    }
    return left;
  }

  static std::unique_ptr<Node> pair(Kind kind, ValueType type, std::string text, std::unique_ptr<Node> left,
                                    std::unique_ptr<Node> right) {
    auto node = make(kind, type, std::move(text));
    node->parts.push_back(std::move(left));
    node->parts.push_back(std::move(right));
    return node;
  }

  NodeResult negation() {
    if (!take_word("not")) return comparison();
    if (++depth_ > kDeepest) return wrong("nested too deep");
    auto inner = negation();
    --depth_;
    if (!inner.ok()) return inner;
    if ((*inner)->type != ValueType::kBoolean) return wrong("\"not\" expected a condition");
    auto node = make(Kind::kNot, ValueType::kBoolean);
    node->parts.push_back(std::move(*inner));
    return node;
  }

  NodeResult comparison() {
    auto left = sum();
    if (!left.ok()) return left;
    if (take_word("has")) return membership(std::move(*left));
    static constexpr std::array<std::string_view, 6> kSigns = {"!=", "<=", ">=", "=", "<", ">"};
    const auto sign =
        std::find_if(kSigns.begin(), kSigns.end(), [&](std::string_view text) { return take_sign(text); });
    if (sign == kSigns.end()) return left;
    auto right = sum();
    if (!right.ok()) return right;
    adapt(**left, (*right)->type);
    adapt(**right, (*left)->type);
    PARLEY_TRY(check_comparison(**left, *sign, **right));
    return pair(Kind::kCompare, ValueType::kBoolean, std::string(*sign), std::move(*left), std::move(*right));
  }

  NodeResult membership(std::unique_ptr<Node> list) {
    auto member = primary();
    if (!member.ok()) return member;
    if (list->type != ValueType::kTexts || (*member)->kind != Kind::kText)
      return wrong("\"has\" expected a list of texts before it and a quoted text after it");
    return pair(Kind::kHas, ValueType::kBoolean, "has", std::move(list), std::move(*member));
  }

  Status check_comparison(const Node& left, std::string_view sign, const Node& right) const {
    if (left.type != right.type)
      return wrong(
          fmt::format("cannot compare a {} with a {}", value_type_name(left.type), value_type_name(right.type)));
    if (is_number(left.type)) return {};
    if (left.type != ValueType::kText) return wrong(fmt::format("cannot compare a {}", value_type_name(left.type)));
    if (sign != "=" && sign != "!=") return wrong("texts compare with = and != only");
    PARLEY_TRY(check_word(left, right));
    return check_word(right, left);
  }

  Status check_word(const Node& fact, const Node& literal) const {
    if (fact.kind != Kind::kField || fact.field->words.empty()) return {};
    const auto& words = fact.field->words;
    if (literal.kind != Kind::kText) return wrong(fmt::format("{} compares with a quoted word only", fact.field->name));
    if (std::find(words.begin(), words.end(), literal.text) != words.end()) return {};
    return wrong(fmt::format("{} is never '{}', expected one of {}", fact.field->name, literal.text,
                             fmt::join(words.begin(), words.end(), ", ")));
  }

  NodeResult sum() {
    auto left = product();
    while (left.ok()) {
      const std::string_view sign = take_sign("+") ? "+" : take_sign("-") ? "-" : "";
      if (sign.empty()) return left;
      auto right = product();
      if (!right.ok()) return right;
      adapt(**left, (*right)->type);
      adapt(**right, (*left)->type);
      if (!is_number((*left)->type) || (*left)->type != (*right)->type)
        return wrong(fmt::format("\"{}\" expected two numbers of one unit", sign));
      const ValueType type = (*left)->type;
      left = pair(Kind::kArithmetic, type, std::string(sign), std::move(*left), std::move(*right));
    }
    return left;
  }

  NodeResult product() {
    auto left = primary();
    while (left.ok() && take_sign("*")) {
      auto right = primary();
      if (!right.ok()) return right;
      if (!is_number((*left)->type) || (*right)->type != ValueType::kWhole)
        return wrong("\"*\" expected a number and a whole number");
      const ValueType type = (*left)->type;
      left = pair(Kind::kArithmetic, type, "*", std::move(*left), std::move(*right));
    }
    return left;
  }

  NodeResult primary() {
    skip_space();
    if (at_ == text_.size()) return wrong("expected a fact, a number, a text or \"(\"");
    const char first = text_[at_];
    if (is_digit(first) || (first == '-' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) return number();
    if (first == '\'') return quoted();
    if (first == '(') return parenthesised();
    const std::string_view word = peek_word();
    if (word.empty()) return wrong("expected a fact, a number, a text or \"(\"");
    if (word == "min" || word == "max" || word == "if") return call(word);
    const Field* field = find_field(word);
    if (field == nullptr) return wrong("no such fact");
    at_ += word.size();
    auto node = make(Kind::kField, field->type);
    node->field = field;
    return node;
  }

  NodeResult parenthesised() {
    ++at_;
    if (++depth_ > kDeepest) return wrong("nested too deep");
    auto inner = disjunction();
    --depth_;
    if (inner.ok() && !take_sign(")")) return wrong("expected \")\"");
    return inner;
  }

  NodeResult quoted() {
    const std::size_t end = text_.find('\'', at_ + 1);
    if (end == std::string_view::npos) return wrong("no closing quote for the text");
    auto node = make(Kind::kText, ValueType::kText, std::string(text_.substr(at_ + 1, end - at_ - 1)));
    at_ = end + 1;
    return node;
  }

  NodeResult number() {
    const std::size_t start = at_;
    if (text_[at_] == '-') ++at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    const std::string_view whole = text_.substr(start, at_ - start);
    std::string_view fraction;
    if (at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1])) {
      const std::size_t point = ++at_;
      while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
      fraction = text_.substr(point, at_ - point);
    }
    if (whole.size() > kMostDigits || fraction.size() > 6) {
      at_ = start;
      return wrong("expected at most 12 digits before the point and 6 after it");
    }
    auto node = make(Kind::kNumber, ValueType::kWhole);
    std::from_chars(whole.data(), whole.data() + whole.size(), node->number);
    if (!fraction.empty()) {
      std::int64_t millionths = 0;
      for (std::size_t i = 0; i < 6; ++i) millionths = millionths * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
      node->type = ValueType::kMillionths;
      node->number = node->number * kMicro + (whole.front() == '-' ? -millionths : millionths);
      return node;
    }
    static constexpr std::pair<std::string_view, std::int64_t> kUnits[] = {
        {"ms", 1}, {"s", 1000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
    for (const auto& [unit, milliseconds] : kUnits) {
      // "min" is a function too, but never straight after a number.
      if (!take_word(unit)) continue;
      node->type = ValueType::kMilliseconds;
      node->number *= milliseconds;
      break;
    }
    return node;
  }

  NodeResult call(std::string_view name) {
    auto node = make(Kind::kCall, ValueType::kWhole, std::string(name));
    at_ += name.size();
    if (!take_sign("(")) return wrong(fmt::format("expected \"(\" after {}", name));
    if (++depth_ > kDeepest) return wrong("nested too deep");
    do {
      auto part = disjunction();
      if (!part.ok()) return part;
      node->parts.push_back(std::move(*part));
    } while (take_sign(","));
    --depth_;
    if (!take_sign(")")) return wrong("expected \")\"");
    PARLEY_TRY(check_call(*node));
    return node;
  }

  Status check_call(Node& node) const {
    const bool choice = node.text == "if";
    const std::size_t first = choice ? 1 : 0;
    if (node.parts.size() != first + 2 || (choice && node.parts[0]->type != ValueType::kBoolean))
      return wrong(choice ? "expected if(condition, number, number)"
                          : fmt::format("expected {}(number, number)", node.text));
    Node& left = *node.parts[first];
    Node& right = *node.parts[first + 1];
    adapt(left, right.type);
    adapt(right, left.type);
    if (!is_number(left.type) || left.type != right.type)
      return wrong(fmt::format("{} expected two numbers of one unit", node.text));
    node.type = left.type;
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<std::shared_ptr<const Expression::Node>> parse_expression(std::string_view text) {
  auto node = Parser(text).parse();
  if (!node.ok()) return node.error();
  return std::shared_ptr<const Node>(std::move(*node));
}

}  // namespace parley::metrics
