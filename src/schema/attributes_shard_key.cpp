// @shardKey and @@shardKey.
#include "schema/attributes.h"
#include "schema/expression.h"

namespace prisma::schema {

void ReadFieldShardKey(Analysis& analysis, FieldId field, ArgumentReader& arguments) {
  Model& model = analysis.schema.models[analysis.schema.fields[field].model];
  if (model.shard_key_attribute) {
    analysis.Error(model.span,
                   errors::Model("model", model.name,
                                 "At most one field must be marked as the shard key with the `@shardKey` attribute."));
    return;
  }
  model.shard_key = {field};
  model.shard_key_attribute = &arguments.attribute();
  model.is_shard_key_on_field = true;
}

void ReadModelShardKey(Analysis& analysis, ModelId model_id, ArgumentReader& arguments) {
  const ast::Expression* value = arguments.Default("fields");
  if (!value) return;
  Model& model = analysis.schema.models[model_id];
  std::vector<std::string_view> names;
  bool readable = ForEachItem(*value, [&](const ast::Expression& item) {
    auto name = ReadConstant(item, analysis.sink);
    if (name) names.push_back(*name);
    return name.has_value();
  });
  if (!readable) return;
  std::vector<FieldId> fields;
  std::string unknown, relations, optional;
  auto add = [](std::string& list, std::string_view name) {
    list += (list.empty() ? "`" : ", `") + std::string(name) + "`";
  };
  size_t unknown_count = 0, relation_count = 0, optional_count = 0;
  for (std::string_view name : names) {
    FieldId field = analysis.schema.FindField(model_id, name);
    if (!field) {
      add(unknown, name);
      ++unknown_count;
    } else if (analysis.schema.fields[field].kind == FieldKind::kRelation) {
      add(relations, name);
      ++relation_count;
    } else {
      fields.push_back(field);
      if (analysis.schema.fields[field].arity == Arity::kRequired) continue;
      add(optional, name);
      ++optional_count;
    }
  }
  auto fields_word = [](size_t count) { return std::string(count == 1 ? "field " : "fields "); };
  Span span = arguments.attribute().span;
  if (unknown_count) {
    analysis.Error(value->span, errors::Model("model", model.name,
                                              "The multi field shard key declaration refers to the unknown " +
                                                  fields_word(unknown_count) + unknown + "."));
  }
  if (relation_count) {
    analysis.Error(span,
                   errors::Model("model", model.name,
                                 "The shard key definition refers to the relation " + fields_word(relation_count) +
                                     relations + ". Shard key definitions must reference only scalar fields."));
  }
  if (unknown_count || relation_count) return;
  if (optional_count) {
    analysis.Error(span,
                   errors::Model("model", model.name,
                                 "The shard key definition refers to the optional " + fields_word(optional_count) +
                                     optional + ". Shard key definitions must reference only required fields."));
  }
  if (model.shard_key_attribute) {
    analysis.Error(model.span,
                   errors::Model("model", model.name,
                                 "Each model must have at most one shard key. You can't have `@shardKey` and "
                                 "`@@shardKey` at the same time."));
  }
  model.shard_key = std::move(fields);
  model.shard_key_attribute = &arguments.attribute();
  model.is_shard_key_on_field = false;
}

void CheckShardKeyArity(Analysis& analysis, ModelId model_id) {
  const Model& model = analysis.schema.models[model_id];
  if (model.is_ignored || !model.is_shard_key_on_field || !model.shard_key_attribute) return;
  if (analysis.schema.fields[model.shard_key.front()].arity == Arity::kRequired) return;
  analysis.Error(model.shard_key_attribute->span,
                 errors::Attribute("@shardKey", "Fields that are marked as shard keys must be required."));
}

}  // namespace prisma::schema
