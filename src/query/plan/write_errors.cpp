// The errors that writes end with when records are missing or relations would break.
#include "query/plan/write_planner.h"

namespace prisma::query {

namespace {

constexpr std::string_view kMissing =
    "An operation failed because it depends on one or more records that were required but not found. ";

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string Interpretation(const std::string& inner) {
  return "Error occurred during query execution:\nInterpretationError(\"Error for binding '0'\", "
         "Some(QueryGraphBuilderError(" +
         inner + ")))";
}

std::string_view KindName(const schema::Relation& relation) {
  switch (relation.kind) {
    case schema::RelationKind::kOneToOne:
      return "one-to-one";
    case schema::RelationKind::kOneToMany:
      return "one-to-many";
    case schema::RelationKind::kManyToMany:
      return "many-to-many";
  }
  return {};
}

}  // namespace

PlanError WritePlanner::NotFound(const std::string& cause) const {
  PlanError error;
  error.code = "P2025";
  error.message = std::string(kMissing) + cause;
  error.meta = "{\"cause\":" + Quoted(cause) + "}";
  error.debug_text = Interpretation("RecordNotFound(" + Quoted(cause) + ")");
  return error;
}

PlanError WritePlanner::Missing(const Link& link, schema::ModelId missing, std::string_view operation,
                                const std::string& needed_for) const {
  std::string cause = "No '" + p_.model(missing).name + "' record";
  if (!needed_for.empty()) cause += " (needed to " + needed_for + ")";
  cause += " was found for " + std::string(operation) + " on " + std::string(KindName(*link.relation)) + " relation '" +
           link.relation->name + "'.";
  return NotFound(cause);
}

PlanError WritePlanner::MissingRelated(const Link& link, std::string_view operation,
                                       const std::string& needed_for) const {
  return Missing(link, link.other_model, "a nested " + std::string(operation), needed_for);
}

PlanError WritePlanner::NotConnected(const Link& link) const {
  const std::string& parent = p_.model(link.own_model).name;
  const std::string& child = p_.model(link.other_model).name;
  const std::string& relation = link.relation->name;
  PlanError error;
  error.code = "P2017";
  error.message = "The records for relation `" + relation + "` between the `" + parent + "` and `" + child +
                  "` models are not connected.";
  error.meta = "{\"relation_name\":" + Quoted(relation) + ",\"parent_name\":" + Quoted(parent) +
               ",\"child_name\":" + Quoted(child) + "}";
  error.debug_text = Interpretation("RecordsNotConnected { relation_name: " + Quoted(relation) +
                                    ", parent_name: " + Quoted(parent) + ", child_name: " + Quoted(child) + " }");
  return error;
}

PlanError WritePlanner::Violation(const schema::Relation& relation) const {
  const std::string& a = p_.model(relation.model_b).name;
  const std::string& b = p_.model(relation.model_a).name;
  PlanError error;
  error.code = "P2014";
  error.message = "The change you are trying to make would violate the required relation '" + relation.name +
                  "' between the `" + a + "` and `" + b + "` models.";
  error.meta = "{\"relation_name\":" + Quoted(relation.name) + ",\"model_a_name\":" + Quoted(a) +
               ",\"model_b_name\":" + Quoted(b) + "}";
  error.debug_text = Interpretation("RelationViolation(RelationViolation { relation: " + Quoted(relation.name) +
                                    ", model_a: " + Quoted(a) + ", model_b: " + Quoted(b) + " })");
  return error;
}

// The number found and the number expected are put in at run time.
PlanError WritePlanner::ConnectCount(const Link& link) const {
  if (link.is_many_to_many) return NotFound("Expected {expected} records to be connected, found only {found}.");
  const std::string details =
      "Expected {expected} records to be connected after connect operation on one-to-many relation '" +
      link.relation->name + "', found {found}.";
  PlanError error;
  error.code = "P2018";
  error.message = "The required connected records were not found. " + details;
  error.meta = "{\"details\":" + Quoted(details) + "}";
  error.debug_text = "RecordNotFound(" + Quoted(details) + ")";
  return error;
}

}  // namespace prisma::query
