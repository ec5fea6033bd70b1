// The attributes of the schema language, one function each. Internal to the third pass.
#pragma once

#include "schema/analysis.h"
#include "schema/attribute_reader.h"

namespace prisma::schema {

void ReadRelation(Analysis& analysis, FieldId field, ArgumentReader& arguments);
void ReadModelDefault(Analysis& analysis, FieldId field, ArgumentReader& arguments);
void ReadCompositeDefault(Analysis& analysis, FieldId field, ArgumentReader& arguments);

void ReadFieldId(Analysis& analysis, ModelId model, FieldId field, ArgumentReader& arguments);
void ReadModelId(Analysis& analysis, ModelId model, ArgumentReader& arguments);
void ReadFieldShardKey(Analysis& analysis, FieldId field, ArgumentReader& arguments);
void ReadModelShardKey(Analysis& analysis, ModelId model, ArgumentReader& arguments);
void CheckShardKeyArity(Analysis& analysis, ModelId model);
void CheckIdArity(Analysis& analysis, ModelId model);
void ReadFieldUnique(Analysis& analysis, FieldId field, ArgumentReader& arguments);
void ReadModelIndex(Analysis& analysis, ModelId model, ArgumentReader& arguments);
void ReadModelUnique(Analysis& analysis, ModelId model, ArgumentReader& arguments);
void ReadModelFulltext(Analysis& analysis, ModelId model, ArgumentReader& arguments);

std::string JoinNames(const std::vector<std::string_view>& names);  // "a, b"

}  // namespace prisma::schema
