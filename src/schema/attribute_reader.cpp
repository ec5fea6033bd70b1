#include "schema/attribute_reader.h"

#include <algorithm>

#include "diagnostics/schema_errors.h"
#include "schema/expression.h"

namespace prisma::schema {
namespace {

std::string At(std::string_view name, std::string_view ats = "@") { return std::string(ats) + std::string(name); }

bool SameName(const ast::Argument& a, const ast::Argument& b) {
  if (!a.name || !b.name) return !a.name && !b.name;
  return a.name->name == b.name->name;
}

}  // namespace

ArgumentReader::ArgumentReader(const ast::Attribute& attribute, DiagnosticSink& sink)
    : attribute_(&attribute), sink_(&sink) {
  std::vector<std::string> unnamed;
  for (const ast::Argument& argument : attribute.arguments) {
    if (!argument.value) continue;
    auto same = std::find_if(arguments_.begin(), arguments_.end(),
                             [&](const ast::Argument* other) { return SameName(*other, argument); });
    if (same == arguments_.end()) {
      arguments_.push_back(&argument);
      continue;
    }
    if (argument.name) {
      sink.Error(argument.span, errors::DuplicateArgument(argument.name->name));
    } else {
      if (unnamed.empty()) unnamed.push_back(ToString(*(*same)->value));
      unnamed.push_back(ToString(*argument.value));
    }
    *same = &argument;
  }
  if (!unnamed.empty()) {
    std::string list;
    for (const std::string& text : unnamed) list += (list.empty() ? "" : ", ") + text;
    Error(
        "You provided multiple unnamed arguments. This is not possible. Did you forget the brackets? Did you mean `[" +
        list + "]`?");
  }
}

const ast::Argument* ArgumentReader::Take(std::optional<std::string_view> name) {
  for (size_t i = 0; i < arguments_.size(); ++i) {
    const ast::Argument* argument = arguments_[i];
    bool matches = name ? argument->name && argument->name->name == *name : !argument->name;
    if (!matches) continue;
    arguments_.erase(arguments_.begin() + i);
    return argument;
  }
  return nullptr;
}

const ast::Expression* ArgumentReader::Default(std::string_view name) {
  const ast::Argument* named = Take(name);
  const ast::Argument* unnamed = Take({});
  if (named && unnamed) {
    sink_->Error(named->span, errors::DuplicateDefaultArgument(name));
    return nullptr;
  }
  if (!named && !unnamed) {
    sink_->Error(attribute_->span, errors::ArgumentMissing(name));
    return nullptr;
  }
  return (named ? named : unnamed)->value.get();
}

const ast::Expression* ArgumentReader::OptionalDefault(std::string_view name) {
  const ast::Argument* named = Take(name);
  const ast::Argument* unnamed = Take({});
  if (named && unnamed) return nullptr;
  if (!named && !unnamed) return nullptr;
  return (named ? named : unnamed)->value.get();
}

const ast::Expression* ArgumentReader::Optional(std::string_view name) {
  const ast::Argument* argument = Take(name);
  return argument ? argument->value.get() : nullptr;
}

std::optional<std::string_view> ArgumentReader::OptionalName(std::string_view name) {
  const ast::Expression* value = Optional(name);
  if (!value) return {};
  auto text = ReadString(*value, *sink_);
  if (text && text->empty()) {
    Error("The `" + std::string(name) + "` argument cannot be an empty string.");
    return {};
  }
  return text;
}

void ArgumentReader::Error(std::string_view message) {
  sink_->Error(attribute_->span, errors::Attribute(At(attribute_->name.name), message));
}

void ArgumentReader::Finish() {
  for (const ast::Argument* argument : arguments_) sink_->Error(argument->span, errors::UnusedArgument());
  arguments_.clear();
}

AttributeReader::AttributeReader(const std::vector<ast::Attribute>& attributes, DiagnosticSink& sink)
    : attributes_(attributes), sink_(sink), used_(attributes.size(), false) {}

bool AttributeReader::CheckArguments(const ast::Attribute& attribute) {
  bool usable = true;
  auto check = [&](const std::vector<ast::Argument>& arguments, bool trailing_comma, Span comma) {
    for (const ast::Argument& argument : arguments) {
      if (argument.value) continue;
      std::string name(argument.name ? argument.name->name : std::string_view());
      sink_.Error(argument.name ? argument.name->span : argument.span,
                  errors::Attribute(At(attribute.name.name), "The `" + name + "` argument is missing a value."));
      usable = false;
    }
    for (const ast::Argument& argument : arguments) {
      const auto* array = argument.value ? argument.value->As<ast::ArrayValue>() : nullptr;
      if (!array) continue;
      for (const ast::Expression& item : array->items) {
        const auto* call = item.As<ast::FunctionCall>();
        if (!call) continue;
        for (const ast::Argument& inner : call->arguments) {
          if (inner.value) continue;
          std::string name(inner.name ? inner.name->name : std::string_view());
          sink_.Error(
              inner.name ? inner.name->span : inner.span,
              errors::Attribute(At(attribute.name.name, "@@"), "The `" + name + "` argument is missing a value."));
        }
      }
    }
    if (trailing_comma) {
      sink_.Error(comma, errors::Attribute(At(attribute.name.name),
                                           "Trailing commas are not valid in attribute arguments, please remove the "
                                           "comma."));
    }
  };
  check(attribute.arguments, attribute.trailing_comma, attribute.trailing_comma_span);
  for (const ast::Argument& argument : attribute.arguments) {
    const auto* call = argument.value ? argument.value->As<ast::FunctionCall>() : nullptr;
    if (call) check(call->arguments, call->trailing_comma, call->trailing_comma_span);
  }
  return usable;
}

std::optional<ArgumentReader> AttributeReader::Single(std::string_view name) {
  const ast::Attribute* found = nullptr;
  size_t count = 0;
  for (size_t i = 0; i < attributes_.size(); ++i) {
    if (attributes_[i].name.name != name) continue;
    if (!found) found = &attributes_[i];
    used_[i] = true;
    ++count;
  }
  if (!found) return {};
  if (count > 1) {
    for (const ast::Attribute& attribute : attributes_) {
      if (attribute.name.name == name) sink_.Error(attribute.span, errors::DuplicateAttribute(name));
    }
    return {};
  }
  if (!CheckArguments(*found)) return {};
  return ArgumentReader(*found, sink_);
}

std::optional<ArgumentReader> AttributeReader::Repeated(std::string_view name) {
  for (size_t i = 0; i < attributes_.size(); ++i) {
    if (used_[i] || attributes_[i].name.name != name) continue;
    used_[i] = true;
    if (CheckArguments(attributes_[i])) return ArgumentReader(attributes_[i], sink_);
  }
  return {};
}

const ast::Attribute* AttributeReader::Scoped() {
  const ast::Attribute* found = nullptr;
  for (size_t i = 0; i < attributes_.size(); ++i) {
    std::string_view name = attributes_[i].name.name;
    size_t dot = name.find('.');
    if (dot == std::string_view::npos) continue;
    used_[i] = true;
    if (found) sink_.Error(attributes_[i].span, errors::DuplicateAttribute(name.substr(0, dot)));
    found = &attributes_[i];
  }
  return found;
}

void AttributeReader::Finish() {
  for (size_t i = 0; i < attributes_.size(); ++i) {
    if (!used_[i]) sink_.Error(attributes_[i].span, errors::AttributeNotKnown(attributes_[i].name.name));
  }
}

}  // namespace prisma::schema
