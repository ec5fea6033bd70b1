#include "connectors/sqlite/program.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

namespace prisma::sqlite {
namespace {

struct Instruction {
  std::string name;
  int p1 = 0, p2 = 0, p3 = 0, p5 = 0;
  std::string p4;
};

// The classes of what a register holds, and of the columns of the record that it holds.
struct Register {
  Classes classes = kNoClass;
  std::vector<Classes> record;

  // True if there is more in it than before.
  bool Join(const Register& other) {
    bool has_grown = (other.classes & ~classes) != 0;
    classes |= other.classes;
    if (other.record.size() > record.size()) record.resize(other.record.size()), has_grown = true;
    for (size_t i = 0; i < other.record.size(); ++i) {
      has_grown = has_grown || (other.record[i] & ~record[i]) != 0;
      record[i] |= other.record[i];
    }
    return has_grown;
  }
};
using State = std::unordered_map<int, Register>;

class Statement {
 public:
  Statement(sqlite3* db, const std::string& sql) {
    if (sqlite3_prepare_v2(db, sql.c_str(), -1, &statement_, nullptr) != SQLITE_OK) statement_ = nullptr;
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  bool Step() { return statement_ != nullptr && sqlite3_step(statement_) == SQLITE_ROW; }
  int Int(int column) const { return sqlite3_column_int(statement_, column); }
  std::string Text(int column) const {
    const unsigned char* text = sqlite3_column_text(statement_, column);
    return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
  }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (char c : text) c == '\'' ? quoted += "''" : quoted += c;
  return quoted + "'";
}

// By the declared type. Flags and large numbers are written as whole numbers; dates are too, but SQLite's own are
// texts.
Classes ClassesOf(std::string type) {
  for (char& c : type) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  auto has = [&](const char* word) { return type.find(word) != std::string::npos; };
  if (has("INT") || has("BOOL")) return kIntegerClass;
  if (has("DATE") || has("TIME")) return kIntegerClass | kTextClass;
  if (has("CHAR") || has("CLOB") || has("TEXT") || has("JSON")) return kTextClass;
  if (has("BLOB")) return kBlobClass;
  if (has("REAL") || has("FLOA") || has("DOUB")) return kRealClass;
  // The affinity of all other words makes numbers of what looks like one, and leaves the rest as it is.
  return has("NUMERIC") || has("DECIMAL") ? kIntegerClass | kRealClass : kAnyValue;
}

// What a function gives to arguments of these classes.
Classes FunctionResult(std::string name, Classes arguments) {
  name = name.substr(0, name.find('('));
  auto is = [&](std::initializer_list<std::string_view> names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  const Classes null = arguments & kNullClass;
  if (is({"count", "row_number", "rank", "dense_rank", "ntile", "changes", "total_changes", "last_insert_rowid",
          "random"})) {
    return kIntegerClass;
  }
  if (is({"total", "percent_rank", "cume_dist"})) return kRealClass;
  if (is({"avg"})) return kRealClass | kNullClass;
  if (is({"sum"})) {
    if (arguments == kNoClass) return kNullClass;
    const Classes kind = arguments & (kIntegerClass | kRealClass);
    return kNullClass | ((arguments & kAnyValue) == kind && kind != 0 ? kind : kIntegerClass | kRealClass);
  }
  if (is({"group_concat", "string_agg"})) return kTextClass | kNullClass;
  if (is({"min", "max", "first_value", "last_value", "nth_value", "lag", "lead", "nullif"})) {
    return arguments | kNullClass;
  }
  if (is({"coalesce", "ifnull", "iif", "likely", "unlikely"})) return arguments;
  if (is({"length", "octet_length", "instr", "unicode", "sign", "like", "glob"})) return kIntegerClass | null;
  if (is({"upper", "lower", "trim", "ltrim", "rtrim", "replace", "substr", "substring", "printf", "format"})) {
    return kTextClass | null;
  }
  if (is({"quote", "hex", "typeof", "char", "concat", "concat_ws", "sqlite_version", "soundex"})) return kTextClass;
  if (is({"round"})) return kRealClass | null;
  if (is({"abs"}))
    return (arguments & kAnyValue & ~(kTextClass | kBlobClass)) == (arguments & kAnyValue)
               ? arguments
               : static_cast<Classes>(kIntegerClass | kRealClass | null);
  // A text that is no date gives null; a constant one is known to be a date by who wrote it.
  if (is({"date", "time", "datetime", "strftime", "timediff"})) return kTextClass | kNullClass;
  if (is({"julianday"})) return kRealClass | kNullClass;
  if (is({"unixepoch"})) return kIntegerClass | kNullClass;
  if (is({"json", "json_array", "json_object", "json_group_array", "json_group_object", "json_set", "json_insert",
          "json_replace", "json_remove", "json_patch", "json_quote"})) {
    return kTextClass | null;
  }
  if (is({"json_valid", "json_array_length"})) return kIntegerClass | null;
  if (is({"json_type"})) return kTextClass | kNullClass;
  if (is({"randomblob", "zeroblob"})) return kBlobClass;
  if (is({"unhex"})) return kBlobClass | kNullClass;
  return kAnyClass;
}

// Jumps are to `p2`, but for these, whose p2 is something else.
const std::set<std::string>& Jumps() {
  static const std::set<std::string> jumps = {"Goto",
                                              "Init",
                                              "If",
                                              "IfNot",
                                              "IfPos",
                                              "IfNotZero",
                                              "IfNullRow",
                                              "IfNotOpen",
                                              "IfNoHope",
                                              "IfSmaller",
                                              "IfSizeBetween",
                                              "IfEmpty",
                                              "IsNull",
                                              "NotNull",
                                              "IsType",
                                              "IsNullOrType",
                                              "Eq",
                                              "Ne",
                                              "Lt",
                                              "Le",
                                              "Gt",
                                              "Ge",
                                              "ElseEq",
                                              "ElseNotEq",
                                              "Once",
                                              "Rewind",
                                              "Next",
                                              "Prev",
                                              "Last",
                                              "SorterSort",
                                              "Sort",
                                              "SorterNext",
                                              "SeekGE",
                                              "SeekGT",
                                              "SeekLE",
                                              "SeekLT",
                                              "SeekRowid",
                                              "NotExists",
                                              "Found",
                                              "NotFound",
                                              "NoConflict",
                                              "IdxGE",
                                              "IdxGT",
                                              "IdxLE",
                                              "IdxLT",
                                              "SeekScan",
                                              "VFilter",
                                              "VNext",
                                              "RowSetRead",
                                              "RowSetTest",
                                              "FkIfZero",
                                              "DecrJumpZero",
                                              "MustBeInt",
                                              "Gosub",
                                              "InitCoroutine",
                                              "Yield",
                                              "Filter",
                                              "SorterCompare",
                                              "VInitIn",
                                              "Permutation"};
  return jumps;
}

// Those that write no register.
const std::set<std::string>& Others() {
  static const std::set<std::string> others = {
      "Transaction", "OpenRead",  "OpenWrite",    "ReopenIdx",  "SorterOpen", "OpenEphemeral", "OpenAutoindex",
      "OpenPseudo",  "OpenDup",   "Noop",         "NullRow",    "Halt",       "ResultRow",     "Compare",
      "Insert",      "IdxInsert", "SorterInsert", "Delete",     "IdxDelete",  "ResetSorter",   "Close",
      "Explain",     "FilterAdd", "DeferredSeek", "TableLock",  "Affinity",   "HaltIfNull",    "TypeCheck",
      "CollSeq",     "Return",    "EndCoroutine", "CursorHint", "VOpen",      "Permutation"};
  return others;
}

class Analysis {
 public:
  Analysis(sqlite3* db, const std::string& sql) : db_(db) {
    Statement explain(db, "EXPLAIN " + sql);
    while (explain.Step()) {
      // Programs of triggers follow, and count from 0 again.
      if (explain.Int(0) != static_cast<int>(program_.size())) break;
      program_.push_back(
          {explain.Text(1), explain.Int(2), explain.Int(3), explain.Int(4), explain.Int(6), explain.Text(5)});
    }
    ReadCursors();
    FindFlags();
  }

  std::vector<Classes> Run() {
    // What is put into sorters and temporary tables is known after the first time, and may grow.
    for (int round = 0; round < kMaxRounds; ++round) {
      has_grown_ = false;
      states_.clear();
      results_.clear();
      if (program_.empty()) break;
      flags_.assign(flag_registers_.size(), kUnknownFlag);
      Reach(0, {});
      for (int steps = 0; !waiting_.empty() && steps < kMaxSteps; ++steps) {
        const Point point = *waiting_.begin();
        waiting_.erase(waiting_.begin());
        flags_ = point.second;
        Step(point.first);
      }
      if (!waiting_.empty()) return {};  // too large to tell
      if (!has_grown_) break;
    }
    return results_;
  }

 private:
  static constexpr int kMaxRounds = 20, kMaxSteps = 200000, kUnknownFlag = -1;
  static constexpr size_t kMaxFlags = 8;

  // Registers that only ever hold constants and are tested: whether a group has rows, say. States are kept apart by
  // them, else what is there before the first row would seem to be able to reach the result.
  void FindFlags() {
    std::set<int> tested, others;
    for (const Instruction& i : program_) {
      if (i.name == "IfPos" || i.name == "If" || i.name == "IfNot") tested.insert(i.p1);
      if (i.name == "Integer") continue;
      if (i.name == "Null") {
        for (int n = i.p2; n <= std::max(i.p2, i.p3); ++n) others.insert(n);
      } else if (i.name == "Copy" || i.name == "Move") {
        for (int n = 0; n <= i.p3; ++n) others.insert(i.p2 + n);
      } else if (i.name == "Column" || i.name == "AggStep" || i.name == "Function" || i.name == "PureFunc" ||
                 i.name == "MakeRecord") {
        others.insert(i.p3);
      } else if (!Jumps().contains(i.name) && !Others().contains(i.name)) {
        others.insert({i.p1, i.p2, i.p3});  // more than are written, which does no harm
      }
    }
    for (int number : tested) {
      if (!others.contains(number) && flag_registers_.size() < kMaxFlags) flag_registers_.push_back(number);
    }
  }

  int* FlagOf(int number) {
    for (size_t i = 0; i < flag_registers_.size(); ++i) {
      if (flag_registers_[i] == number) return &flags_[i];
    }
    return nullptr;
  }

  // Columns of the tables and indices that cursors are on.
  void ReadCursors() {
    for (const Instruction& i : program_) {
      if (i.name == "NullRow") null_rows_.insert(i.p1);
      if (i.name != "OpenRead" && i.name != "OpenWrite" && i.name != "ReopenIdx") continue;
      const std::string catalogue = i.p3 == 1 ? "sqlite_temp_schema" : "sqlite_schema";
      Statement found(db_, "SELECT type, name, tbl_name, sql LIKE '%WITHOUT%ROWID%' FROM " + catalogue +
                               " WHERE rootpage = " + std::to_string(i.p2));
      if (!found.Step()) continue;
      const std::string table = found.Text(2);
      std::vector<Classes> columns;
      Statement described(db_, "SELECT type, \"notnull\" FROM pragma_table_xinfo(" + Quoted(table) + ") ORDER BY cid");
      while (described.Step()) {
        columns.push_back(static_cast<Classes>(ClassesOf(described.Text(0)) | (described.Int(1) ? 0 : kNullClass)));
      }
      if (found.Text(0) == "index") {
        std::vector<Classes> keys;
        Statement index(db_, "SELECT cid FROM pragma_index_xinfo(" + Quoted(found.Text(1)) + ") ORDER BY seqno");
        while (index.Step()) {
          const int column = index.Int(0);
          const bool is_known = column >= 0 && static_cast<size_t>(column) < columns.size();
          keys.push_back(is_known ? columns[static_cast<size_t>(column)] : column == -1 ? kIntegerClass : kAnyClass);
        }
        columns = std::move(keys);
      } else if (found.Int(3) != 0) {
        columns.clear();  // such tables keep their columns in another order
      }
      tables_[i.p1] = std::move(columns);
    }
  }

  void Reach(int at, const State& state) {
    if (at < 0 || static_cast<size_t>(at) >= program_.size()) return;
    Point point{at, flags_};
    auto [found, has_grown] = states_.try_emplace(point);
    for (const auto& [number, value] : state) has_grown = found->second[number].Join(value) || has_grown;
    if (has_grown) waiting_.insert(std::move(point));
  }

  void Put(int cursor, const std::vector<Classes>& record) {
    Register value;
    value.record = record;
    has_grown_ = records_[cursor].Join(value) || has_grown_;
  }

  Classes ColumnOf(int cursor, int column, const State& state) const {
    auto at = [&](const std::vector<Classes>& columns) {
      const auto index = static_cast<size_t>(column);
      // A sorter or temporary table that nothing was put into yet gives nothing yet.
      return column >= 0 && index < columns.size() ? columns[index] : kNoClass;
    };
    Classes classes = kAnyClass;
    if (auto table = tables_.find(cursor); table != tables_.end()) {
      classes = table->second.empty() ? kAnyClass : at(table->second);
      if (classes == kNoClass) classes = kAnyClass;
    } else if (auto pseudo = pseudo_.find(cursor); pseudo != pseudo_.end()) {
      auto held = state.find(pseudo->second);
      classes = held == state.end() ? kNoClass : at(held->second.record);
    } else if (temporary_.contains(cursor)) {
      auto record = records_.find(cursor);
      classes = record == records_.end() ? kNoClass : at(record->second.record);
    }
    if (null_rows_.contains(cursor)) classes |= kNullClass;
    return classes;
  }

  // Both sides' nulls, and a number.
  static Classes Arithmetic(const std::string& name, Classes a, Classes b) {
    if (a == kNoClass || b == kNoClass) return kNoClass;
    const Classes null = (a | b) & kNullClass, both = (a | b) & kAnyValue;
    const Classes division = name == "Divide" || name == "Remainder" ? kNullClass : 0;
    Classes kind = kIntegerClass | kRealClass;
    if (both == kIntegerClass || name == "Remainder") kind = kIntegerClass;
    if ((a & kAnyValue) == kRealClass || (b & kAnyValue) == kRealClass) kind = kRealClass;
    return static_cast<Classes>(null | division | kind);
  }

  void Step(int at) {
    const Instruction& i = program_[static_cast<size_t>(at)];
    State state = states_[{at, flags_}];
    auto get = [&](int number) -> Classes {
      auto found = state.find(number);
      return found == state.end() ? kNullClass : found->second.classes;
    };
    auto set = [&](int number, int classes) { state[number] = {static_cast<Classes>(classes), {}}; };
    auto range = [&](int first, int count) {
      Classes classes = kNoClass;
      for (int n = 0; n < count; ++n) classes |= get(first + n);
      return classes;
    };
    const std::string& name = i.name;
    if (name == "Integer" || name == "Int64") {
      set(i.p2, kIntegerClass);
      if (int* flag = FlagOf(i.p2)) *flag = i.p1;
    } else if (name == "Real") {
      set(i.p2, kRealClass);
    } else if (name == "String8" || name == "String") {
      set(i.p2, kTextClass);
    } else if (name == "Blob" || name == "ZeroBlob") {
      set(i.p2, kBlobClass);
    } else if (name == "Null" || name == "BeginSubrtn") {
      for (int n = i.p2; n <= std::max(i.p2, i.p3); ++n) set(n, kNullClass);
    } else if (name == "SoftNull") {
      set(i.p1, kNullClass);
    } else if (name == "Variable") {
      set(i.p2, kAnyClass);
    } else if (name == "Copy") {
      for (int n = 0; n <= i.p3; ++n) state[i.p2 + n] = state[i.p1 + n];
    } else if (name == "SCopy") {
      state[i.p2] = state[i.p1];
    } else if (name == "Move") {
      for (int n = 0; n < i.p3; ++n) state[i.p2 + n] = state[i.p1 + n];
    } else if (name == "IntCopy" || name == "Sequence" || name == "NewRowid" || name == "Count") {
      set(i.p2, kIntegerClass);
    } else if (name == "Add" || name == "Subtract" || name == "Multiply" || name == "Divide" || name == "Remainder") {
      set(i.p3, Arithmetic(name, get(i.p1), get(i.p2)));
    } else if (name == "Concat") {
      set(i.p3, kTextClass | ((get(i.p1) | get(i.p2)) & kNullClass));
    } else if (name == "BitAnd" || name == "BitOr" || name == "ShiftLeft" || name == "ShiftRight" || name == "And" ||
               name == "Or") {
      set(i.p3, kIntegerClass | ((get(i.p1) | get(i.p2)) & kNullClass));
    } else if (name == "BitNot" || name == "Not") {
      set(i.p2, kIntegerClass | (get(i.p1) & kNullClass));
    } else if (name == "IsTrue") {
      set(i.p2, kIntegerClass);
    } else if (name == "ZeroOrNull") {
      set(i.p2, kIntegerClass | ((get(i.p1) | get(i.p3)) & kNullClass));
    } else if (name == "AddImm") {
      set(i.p1, kIntegerClass);
    } else if (name == "Cast") {
      static constexpr Classes kByAffinity[] = {kBlobClass, kTextClass, kIntegerClass | kRealClass, kIntegerClass,
                                                kRealClass};
      const int affinity = i.p2 - 'A';
      if (affinity >= 0 && affinity < 5) set(i.p1, kByAffinity[affinity] | (get(i.p1) & kNullClass));
    } else if (name == "RealAffinity") {
      const Classes classes = get(i.p1);
      if ((classes & kIntegerClass) != 0) set(i.p1, (classes & ~kIntegerClass) | kRealClass);
    } else if (name == "Function" || name == "PureFunc") {
      const size_t open = i.p4.find('(');
      const int count = open == std::string::npos ? 0 : std::atoi(i.p4.c_str() + open + 1);
      const Classes arguments = range(i.p2, std::max(count, 0));
      set(i.p3, count > 0 && arguments == kNoClass ? kNoClass : FunctionResult(i.p4, arguments));
    } else if (name == "AggStep" || name == "AggStep1") {
      Register& sum = state[i.p3];
      sum.record.resize(1, kNoClass);
      sum.record[0] |= range(i.p2, i.p5);
      sum.classes |= kNullClass;
    } else if (name == "AggFinal" || name == "AggValue") {
      const Register sum = state[i.p1];
      set(name == "AggFinal" ? i.p1 : i.p3, FunctionResult(i.p4, sum.record.empty() ? kNoClass : sum.record[0]));
    } else if (name == "Column") {
      set(i.p3, ColumnOf(i.p1, i.p2, state));
    } else if (name == "Rowid" || name == "IdxRowid") {
      set(i.p2, kIntegerClass | (null_rows_.contains(i.p1) ? kNullClass : 0));
    } else if (name == "IfNullRow") {
      if (null_rows_.contains(i.p1)) state[i.p3].classes |= kNullClass;
    } else if (name == "HaltIfNull") {
      state[i.p3].classes &= ~kNullClass;
    } else if (name == "MakeRecord") {
      Register record;
      record.classes = kBlobClass;
      for (int n = 0; n < i.p2; ++n) record.record.push_back(get(i.p1 + n));
      state[i.p3] = std::move(record);
    } else if (name == "Insert" || name == "IdxInsert" || name == "SorterInsert") {
      Put(i.p1, state[i.p2].record);
    } else if (name == "SorterData" || name == "RowData") {
      Register record;
      record.classes = kBlobClass;
      record.record = records_[i.p1].record;
      state[i.p2] = std::move(record);
    } else if (name == "OpenEphemeral" || name == "OpenAutoindex" || name == "SorterOpen" || name == "OpenDup") {
      temporary_.insert(i.p1);
      if (name == "OpenDup") Put(i.p1, records_[i.p2].record);
    } else if (name == "OpenPseudo") {
      pseudo_[i.p1] = i.p2;
    } else if (name == "VColumn") {
      set(i.p3, kAnyClass);
    } else if (name == "ResultRow") {
      if (results_.size() < static_cast<size_t>(i.p2)) results_.resize(static_cast<size_t>(i.p2), kNoClass);
      for (int n = 0; n < i.p2; ++n) results_[static_cast<size_t>(n)] |= get(i.p1 + n);
    } else if (name == "Halt") {
      return;
    }
    Go(at, i, state);
  }

  void Go(int at, const Instruction& i, State& state) {
    const std::string& name = i.name;
    if (name == "Jump") {
      for (int target : {i.p1, i.p2, i.p3}) Reach(target, state);
      return;
    }
    if (name == "Gosub") {
      has_grown_ = returns_[i.p1].insert(at + 1).second || has_grown_;
      Reach(i.p2, state);
      return;
    }
    if (name == "InitCoroutine") {
      has_grown_ = returns_[i.p1].insert(i.p3).second || has_grown_;
      Reach(i.p2 != 0 ? i.p2 : at + 1, state);
      return;
    }
    if (name == "Yield") {
      // The two sides take turns: each goes on wherever the other may have stopped.
      has_grown_ = returns_[i.p1].insert(at + 1).second || has_grown_;
      for (int target : returns_[i.p1]) Reach(target, state);
      if (i.p2 != 0) Reach(i.p2, state);
      return;
    }
    if (name == "EndCoroutine" || name == "Return") {
      for (int target : returns_[i.p1]) Reach(target, state);
      if (name == "Return" && i.p3 != 0) Reach(at + 1, state);
      return;
    }
    if (name == "IfPos" || name == "If" || name == "IfNot") {
      if (const int* flag = FlagOf(i.p1); flag != nullptr && *flag != kUnknownFlag) {
        const bool jumps = name == "IfNot" ? *flag == 0 : name == "If" ? *flag != 0 : *flag > 0;
        Reach(jumps ? i.p2 : at + 1, state);
        return;
      }
    }
    const bool is_null_test = name == "IsNull" || name == "NotNull";
    if (Jumps().contains(name)) {
      State jumped = state;
      // One of the two ways knows that it isn't null.
      if (is_null_test) {
        Register& sure = (name == "NotNull" ? jumped : state)[i.p1];
        sure.classes &= ~kNullClass;
      }
      Reach(i.p2, jumped);
      if (name == "Goto" || name == "Init") return;
    }
    Reach(at + 1, state);
  }

  sqlite3* db_;
  std::vector<Instruction> program_;
  std::map<int, std::vector<Classes>> tables_;     // by cursor
  std::set<int> null_rows_;                        // cursors that may stand on no row
  std::set<int> temporary_;                        // cursors of sorters and temporary tables
  std::map<int, Register> records_;                // what was put into them
  std::map<int, int> pseudo_;                      // cursors that read a register
  std::map<int, std::set<int>> returns_;           // where those who called by a register go on
  using Point = std::pair<int, std::vector<int>>;  // an instruction, and the flags before it
  std::vector<int> flag_registers_, flags_;
  std::map<Point, State> states_;
  std::set<Point> waiting_;
  std::vector<Classes> results_;
  bool has_grown_ = false;
};

}  // namespace

std::vector<Classes> ResultClasses(sqlite3* db, std::string_view sql) { return Analysis(db, std::string(sql)).Run(); }

}  // namespace prisma::sqlite
