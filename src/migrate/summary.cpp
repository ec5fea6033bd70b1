#include "migrate/summary.h"

#include <set>
#include <tuple>

#include "base/text.h"
#include "migrate/ddl.h"

namespace prisma::migrate {
namespace {

using Kind = Step::Kind;

// In the order in which they are printed.
enum class Section : uint8_t {
  kAlteredExtension,
  kDroppedExtension,
  kCreatedExtension,
  kAddedEnum,
  kAddedTable,
  kRemovedEnum,
  kRemovedTable,
  kRemovedUserDefinedType,
  kRemovedView,
  kRedefinedTable,
  kChangedEnum,
  kChangedTable,
};

std::string DebugText(std::string_view text) {
  std::string out;
  AppendDebugQuoted(out, text);
  return out;
}

std::string DebugValue(const SqlValue& value) {
  using ValueKind = SqlValue::Kind;
  switch (value.kind) {
    case ValueKind::kBoolean:
      return "Boolean(" + value.text + ")";
    case ValueKind::kInt:
      return "Int(" + value.text + ")";
    case ValueKind::kBigInt:
      return "BigInt(" + value.text + ")";
    case ValueKind::kFloat:
      return "Float(BigDecimal(\"" + value.text + "\"))";
    case ValueKind::kString:
      return "String(" + DebugText(value.text) + ")";
    case ValueKind::kEnum:
      return "Enum(" + DebugText(value.text) + ")";
    case ValueKind::kJson:
      return "Json(" + DebugText(value.text) + ")";
    case ValueKind::kDateTime: {
      std::string text = DateTimeText(value.text, true);
      return "DateTime(" + text + ")";
    }
    case ValueKind::kBytes: {
      std::string out = "Bytes([";
      for (size_t i = 0; i < value.text.size(); ++i) {
        if (i) out += ", ";
        out += std::to_string(static_cast<unsigned char>(value.text[i]));
      }
      return out + "])";
    }
    case ValueKind::kList: {
      std::string out = "List([";
      for (size_t i = 0; i < value.items.size(); ++i) {
        if (i) out += ", ";
        out += DebugValue(value.items[i]);
      }
      return out + "])";
    }
  }
  return "";
}

std::string DebugDefault(const std::optional<DefaultValue>& value) {
  if (!value) return "None";
  std::string inner;
  switch (value->kind) {
    case DefaultValue::Kind::kValue:
      inner = "Value(" + DebugValue(value->value) + ")";
      break;
    case DefaultValue::Kind::kNow:
      inner = "Now";
      break;
    case DefaultValue::Kind::kSequence:
      inner = "Sequence(" + DebugText(value->text) + ")";
      break;
    case DefaultValue::Kind::kUniqueRowid:
      inner = "UniqueRowid";
      break;
    case DefaultValue::Kind::kDbGenerated:
      inner = value->has_expression ? "DbGenerated(Some(" + DebugText(value->text) + "))" : "DbGenerated(None)";
      break;
  }
  return "Some(" + inner + ")";
}

class Summary {
 public:
  Summary(const Steps& steps, const SchemaPair& schemas)
      : steps_(steps), previous_(*schemas.previous), next_(*schemas.next) {}

  std::string Write() {
    if (steps_.empty()) return "No difference detected.";
    Collect();
    const Item* last = nullptr;
    for (const Item& item : items_) {
      if (!last || std::get<0>(*last) != std::get<0>(item) || std::get<1>(*last) != std::get<1>(item)) {
        WriteHeading(std::get<0>(item), std::get<1>(item));
      }
      last = &item;
      WriteStep(steps_[std::get<2>(item)]);
    }
    return std::move(out_);
  }

 private:
  using Item = std::tuple<Section, std::string, size_t>;

  void Collect() {
    for (size_t i = 0; i < steps_.size(); ++i) {
      const Step& step = steps_[i];
      auto add = [&](Section section, std::string name = {}) { items_.insert({section, std::move(name), i}); };
      auto changed = [&](const SqlSchema& schema, TableId table) {
        add(Section::kChangedTable, schema.tables[table].name);
      };
      switch (step.kind) {
        case Kind::kCreateSchema:
        case Kind::kAlterSequence:
        case Kind::kDropUserDefinedType:
          break;
        case Kind::kDropExtension:
          add(Section::kDroppedExtension, previous_.extensions[step.extension.previous].name);
          break;
        case Kind::kCreateExtension:
          add(Section::kCreatedExtension, next_.extensions[step.extension.next].name);
          break;
        case Kind::kAlterExtension:
          add(Section::kAlteredExtension, previous_.extensions[step.extension.previous].name);
          break;
        case Kind::kDropView:
          add(Section::kRemovedView, previous_.views[step.view].name);
          break;
        case Kind::kCreateEnum:
          add(Section::kAddedEnum);
          break;
        case Kind::kAlterEnum:
          add(Section::kChangedEnum, previous_.enums[step.enumeration.previous].name);
          break;
        case Kind::kDropEnum:
          add(Section::kRemovedEnum);
          break;
        case Kind::kDropForeignKey:
          changed(previous_, previous_.foreign_keys[step.foreign_key.previous].table);
          break;
        case Kind::kRenameForeignKey:
        case Kind::kAddForeignKey:
          changed(next_, next_.foreign_keys[step.foreign_key.next].table);
          break;
        case Kind::kDropIndex:
        case Kind::kRenameIndex:
        case Kind::kRedefineIndex:
          changed(previous_, previous_.indexes[step.index.previous].table);
          break;
        case Kind::kCreateIndex:
          changed(next_, step.table.next);
          break;
        case Kind::kAlterTable:
        case Kind::kAlterPrimaryKey:
          changed(previous_, step.table.previous);
          break;
        case Kind::kDropTable:
          add(Section::kRemovedTable);
          break;
        case Kind::kCreateTable:
          add(Section::kAddedTable);
          break;
        case Kind::kRedefineTables:
          for (const RedefinedTable& table : step.redefined) {
            add(Section::kRedefinedTable, previous_.tables[table.table.previous].name);
          }
          break;
      }
    }
  }

  void WriteHeading(Section section, const std::string& name) {
    switch (section) {
      case Section::kAlteredExtension:
        out_ += "\n[*] Changed the `" + name + "` extension\n";
        break;
      case Section::kDroppedExtension:
        out_ += "\n[-] Removed extensions\n`";
        break;
      case Section::kCreatedExtension:
        out_ += "\n[+] Added extensions\n";
        break;
      case Section::kAddedEnum:
        out_ += "\n[+] Added enums\n";
        break;
      case Section::kAddedTable:
        out_ += "\n[+] Added tables\n";
        break;
      case Section::kRemovedEnum:
        out_ += "\n[-] Removed enums\n";
        break;
      case Section::kRemovedTable:
        out_ += "\n[-] Removed tables\n";
        break;
      case Section::kRemovedUserDefinedType:
        out_ += "\n[-] Removed UDTs\n";
        break;
      case Section::kRemovedView:
        out_ += "\n[-] Removed views\n";
        break;
      case Section::kRedefinedTable:
        out_ += "\n[*] Redefined table `" + name + "`\n";
        break;
      case Section::kChangedEnum:
        out_ += "\n[*] Changed the `" + name + "` enum\n";
        break;
      case Section::kChangedTable:
        out_ += "\n[*] Changed the `" + name + "` table\n";
        break;
    }
  }

  static std::string Names(const SqlSchema& schema, const std::vector<ColumnId>& columns) {
    std::string out;
    for (ColumnId id : columns) {
      if (!out.empty()) out += ", ";
      out += schema.columns[id].name;
    }
    return out;
  }

  static std::string Names(const SqlSchema& schema, IndexId index) {
    if (!index) return {};
    std::vector<ColumnId> columns;
    for (const IndexColumn& part : schema.indexes[index].columns) columns.push_back(part.column);
    return Names(schema, columns);
  }

  static std::string IndexText(const SqlSchema& schema, IndexId index) {
    std::string unique = schema.indexes[index].is_unique() ? "unique " : "";
    return unique + "index on columns (" + Names(schema, index) + ")\n";
  }

  void WriteStep(const Step& step) {
    switch (step.kind) {
      case Kind::kCreateEnum:
        out_ += "  - " + next_.enums[step.enumeration.next].name + "\n";
        break;
      case Kind::kDropEnum:
        out_ += "  - " + previous_.enums[step.enumeration.previous].name + "\n";
        break;
      case Kind::kAlterEnum:
        for (const std::string& name : step.enum_change.created_variants) {
          out_ += "  [+] Added variant `" + name + "`\n";
        }
        for (const std::string& name : step.enum_change.dropped_variants) {
          out_ += "  [-] Removed variant `" + name + "`\n";
        }
        break;
      case Kind::kAlterPrimaryKey:
        out_ += "   [*] Changed the primary key for `" + previous_.tables[step.table.previous].name + "`\n";
        break;
      case Kind::kDropForeignKey:
        out_ += "  [-] Removed foreign key on columns (" +
                Names(previous_, previous_.foreign_keys[step.foreign_key.previous].columns) + ")\n";
        break;
      case Kind::kAddForeignKey:
        out_ += "  [+] Added foreign key on columns (" +
                Names(next_, next_.foreign_keys[step.foreign_key.next].columns) + ")\n";
        break;
      case Kind::kRenameForeignKey:
        out_ += "  [*] Renamed the foreign key \"" + previous_.foreign_keys[step.foreign_key.previous].name +
                "\" to \"" + next_.foreign_keys[step.foreign_key.next].name + "\"\n";
        break;
      case Kind::kDropIndex:
        out_ += "  [-] Removed " + IndexText(previous_, step.index.previous);
        break;
      case Kind::kCreateIndex:
        out_ += "  [+] Added " + IndexText(next_, step.index.next);
        break;
      case Kind::kRenameIndex:
        out_ += "  [*] Renamed index `" + previous_.indexes[step.index.previous].name + "` to `" +
                next_.indexes[step.index.next].name + "`\n";
        break;
      case Kind::kRedefineIndex:
        out_ += "  [*] Redefined index `" + previous_.indexes[step.index.previous].name + "`\n";
        break;
      case Kind::kAlterTable:
        for (const TableChange& change : step.changes) WriteTableChange(step, change);
        break;
      case Kind::kDropTable:
        out_ += "  - " + previous_.tables[step.table.previous].name + "\n";
        break;
      case Kind::kCreateTable:
        out_ += "  - " + next_.tables[step.table.next].name + "\n";
        break;
      case Kind::kCreateExtension:
        out_ += "  - " + next_.extensions[step.extension.next].name + "\n";
        break;
      default:
        break;
    }
  }

  void WriteTableChange(const Step& step, const TableChange& change) {
    auto previous_name = [&] { return previous_.columns[change.column.previous].name; };
    auto next_name = [&] { return next_.columns[change.column.next].name; };
    auto key = [&](const SqlSchema& schema, TableId table) { return Names(schema, schema.PrimaryKey(table)) + ")\n"; };
    switch (change.kind) {
      case TableChange::Kind::kAddColumn:
        out_ += "  [+] Added column `" + next_name() + "`\n";
        break;
      case TableChange::Kind::kAlterColumn:
        out_ += "  [*] Altered column `" + next_name() + "` ";
        WriteColumnChanges(change);
        break;
      case TableChange::Kind::kDropColumn:
        out_ += "  [-] Removed column `" + previous_name() + "`\n";
        break;
      case TableChange::Kind::kDropAndRecreateColumn:
        out_ += "  [*] Column `" + next_name() + "` would be dropped and recreated ";
        WriteColumnChanges(change);
        break;
      case TableChange::Kind::kDropPrimaryKey:
        out_ += "  [-] Dropped the primary key on columns (" + key(previous_, step.table.previous);
        break;
      case TableChange::Kind::kRenamePrimaryKey:
        out_ += "  [*] Renamed the primary key on columns (" + key(previous_, step.table.previous);
        break;
      case TableChange::Kind::kAddPrimaryKey:
        out_ += "  [+] Added primary key on columns (" + key(next_, step.table.next) + ")\n";
        break;
    }
  }

  void WriteColumnChanges(const TableChange& change) {
    const Column& before = previous_.columns[change.column.previous];
    const Column& after = next_.columns[change.column.next];
    std::string text;
    auto add = [&](std::string part) {
      if (!text.empty()) text += ", ";
      text += part;
    };
    if (change.changes.arity) {
      add("changed from " + std::string(ArityName(before.type.arity)) + " to " +
          std::string(ArityName(after.type.arity)));
    }
    if (change.changes.default_value) {
      add("default changed from `" + DebugDefault(before.default_value) + "` to `" + DebugDefault(after.default_value) +
          "`");
    }
    if (change.changes.type()) add("type changed");
    if (change.changes.autoincrement) {
      add(before.auto_increment ? "column is no longer autoincrementing" : "column became autoincrementing");
    }
    out_ += "(" + text + ")\n";
  }

  const Steps& steps_;
  const SqlSchema& previous_;
  const SqlSchema& next_;
  std::set<Item> items_;
  std::string out_;
};

}  // namespace

std::string WriteSummary(const Steps& steps, const SchemaPair& schemas) { return Summary(steps, schemas).Write(); }

}  // namespace prisma::migrate
