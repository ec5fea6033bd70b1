#include "sql/writer.h"

namespace prisma::sql {
namespace {

// Writes without placeholders and notes where they go; Complete puts them in if no list keeps the text open.
class Writer {
 public:
  explicit Writer(const Dialect& dialect) : dialect_(dialect), features_(dialect.features()) { out_.text.reserve(256); }

  void Write(const Select& s) {
    Text("SELECT ");
    if (s.is_distinct) Text("DISTINCT ");
    if (!s.distinct_on.empty()) {
      Text("DISTINCT ON (");
      List(s.distinct_on);
      Text(") ");
    }
    Columns(s.columns);
    if (!s.from.name.empty() || s.from.select != nullptr) {
      Text(" FROM ");
      Write(s.from);
    }
    for (const Join& join : s.joins) {
      Text(join.kind == JoinKind::kInner  ? " INNER JOIN "
           : join.kind == JoinKind::kLeft ? " LEFT JOIN "
                                          : " LEFT JOIN LATERAL ");
      Write(join.table);
      Text(" ON ");
      Write(*join.on);
    }
    Where(s.where);
    if (!s.group_by.empty()) {
      Text(" GROUP BY ");
      List(s.group_by);
    }
    if (s.having != nullptr && s.having->kind != ExprKind::kTrue) {
      Text(" HAVING ");
      Write(*s.having);
    }
    for (size_t i = 0; i < s.order_by.size(); ++i) {
      const Order& order = s.order_by[i];
      Text(i == 0 ? " ORDER BY " : ", ");
      Write(*order.expr);
      Text(order.is_descending ? " DESC" : " ASC");
      if (order.nulls == NullsOrder::kFirst) Text(" NULLS FIRST");
      if (order.nulls == NullsOrder::kLast) Text(" NULLS LAST");
    }
    if (s.limit != nullptr) {
      Text(" LIMIT ");
      Write(*s.limit);
    } else if (s.offset != nullptr && !features_.no_limit.empty()) {
      Text(" LIMIT ");
      Text(features_.no_limit);
    }
    if (s.offset != nullptr) {
      Text(" OFFSET ");
      Write(*s.offset);
    }
  }

  void Write(const Insert& s) {
    bool is_ignoring = s.on_conflict == OnConflict::kDoNothing && s.conflict_columns.empty();
    if (!(is_ignoring && dialect_.WriteInsertIgnore(out_.text))) {
      Text("INSERT INTO ");
      is_ignoring = false;
    }
    Write(s.table);
    if (s.select != nullptr || s.row_list != nullptr || !s.columns.empty()) {
      Text(" (");
      for (size_t i = 0; i < s.columns.size(); ++i) {
        if (i != 0) Text(", ");
        Identifier(s.columns[i]);
      }
      Text(")");
    }
    if (s.select != nullptr) {
      Text(" ");
      Write(*s.select);
    } else if (s.row_list != nullptr) {
      Text(" VALUES ");
      Write(*s.row_list);
    } else if (s.columns.empty()) {
      Text(" ");
      dialect_.WriteEmptyInsert(out_.text);
    } else {
      Text(" VALUES ");
      for (size_t i = 0; i < s.rows.size(); ++i) {
        Text(i == 0 ? "(" : ", (");
        List(s.rows[i]);
        Text(")");
      }
    }
    if (s.on_conflict != OnConflict::kFail && !is_ignoring) {
      Text(" ON CONFLICT");
      for (size_t i = 0; i < s.conflict_columns.size(); ++i) {
        Text(i == 0 ? " (" : ", ");
        Identifier(s.conflict_columns[i]);
      }
      if (!s.conflict_columns.empty()) Text(")");
      if (s.on_conflict == OnConflict::kDoNothing) {
        Text(" DO NOTHING");
      } else {
        Text(" DO UPDATE SET ");
        Assignments(s.updates);
        Where(s.update_where);
      }
    }
    Returning(s.returning);
  }

  void Write(const Update& s) {
    Text("UPDATE ");
    Write(s.table);
    Text(" SET ");
    Assignments(s.assignments);
    WhereOfWrite(s.where);
    Returning(s.returning);
  }

  void Write(const Delete& s) {
    Text("DELETE FROM ");
    Write(s.table);
    WhereOfWrite(s.where);
    Returning(s.returning);
  }

  WrittenSql Complete() {
    if (out_.has_lists || out_.holes.empty()) return std::move(out_);
    std::string text;
    text.reserve(out_.text.size() + 4 * out_.holes.size());
    size_t from = 0;
    for (uint32_t i = 0; i < out_.holes.size(); ++i) {
      text.append(out_.text, from, out_.holes[i].position - from);
      from = out_.holes[i].position;
      dialect_.WritePlaceholder(text, i);
    }
    text.append(out_.text, from);
    out_.text = std::move(text);
    return std::move(out_);
  }

 private:
  void Text(std::string_view text) { out_.text.append(text); }
  void Identifier(std::string_view name) { dialect_.WriteIdentifier(out_.text, name); }

  void Write(const Table& table) {
    if (table.select != nullptr) {
      Text("(");
      Write(*table.select);
      Text(")");
    } else {
      dialect_.WriteTableName(out_.text, table.schema, table.name);
    }
    if (!table.alias.empty()) {
      Text(" AS ");
      Identifier(table.alias);
    }
  }

  void Columns(std::span<const SelectColumn> columns) {
    for (size_t i = 0; i < columns.size(); ++i) {
      if (i != 0) Text(", ");
      Write(*columns[i].expr);
      if (!columns[i].alias.empty()) {
        Text(" AS ");
        Identifier(columns[i].alias);
      }
    }
  }

  void Returning(std::span<const SelectColumn> columns) {
    if (columns.empty()) return;
    Text(" RETURNING ");
    Columns(columns);
  }

  void Assignments(std::span<const Assignment> assignments) {
    for (size_t i = 0; i < assignments.size(); ++i) {
      if (i != 0) Text(", ");
      Identifier(assignments[i].column);
      Text(" = ");
      Write(*assignments[i].value);
    }
  }

  void Where(const Expr* where) {
    if (where == nullptr || where->kind == ExprKind::kTrue) return;
    Text(" WHERE ");
    Write(*where);
  }

  void WhereOfWrite(const Expr* where) {
    wraps_selects_ = features_.wraps_selects_of_writes;
    Where(where);
    wraps_selects_ = false;
  }

  void List(ExprList items) {
    for (size_t i = 0; i < items.size(); ++i) {
      if (i != 0) Text(", ");
      Write(*items[i]);
    }
  }

  void Hole(const Expr& e, bool is_list) {
    out_.holes.push_back({static_cast<uint32_t>(out_.text.size()), e.slot, is_list});
    out_.has_lists |= is_list;
  }

  // An operand of a comparison: in parentheses where SQL's precedence would read it otherwise.
  void Operand(const Expr& e) {
    switch (e.kind) {
      case ExprKind::kBinary:
      case ExprKind::kAnd:
      case ExprKind::kOr:
      case ExprKind::kNot:
      case ExprKind::kIsNull:
      case ExprKind::kIsNotNull:
      case ExprKind::kIn:
      case ExprKind::kNotIn:
      case ExprKind::kLike:
      case ExprKind::kNotLike:
      case ExprKind::kTrue:
      case ExprKind::kFalse:
        Text("(");
        Write(e);
        Text(")");
        return;
      default:
        Write(e);
    }
  }

  void Junction(const Expr& e, std::string_view word) {
    if (e.items.empty()) {
      dialect_.WriteBoolean(out_.text, e.kind == ExprKind::kAnd);
      return;
    }
    Text("(");
    for (size_t i = 0; i < e.items.size(); ++i) {
      if (i != 0) Text(word);
      Write(*e.items[i]);
    }
    Text(")");
  }

  void Write(const Expr& e) {
    switch (e.kind) {
      case ExprKind::kColumn:
        if (!e.table.empty()) {
          Identifier(e.table);
          Text(".");
        }
        Identifier(e.text);
        return;
      case ExprKind::kStar:
        return Text("*");
      case ExprKind::kParameter:
        return Hole(e, false);
      case ExprKind::kList:
        return Hole(e, true);
      case ExprKind::kRaw:
        return Text(e.text);
      case ExprKind::kBinary:
        Operand(*e.items[0]);
        Text(" ");
        Text(e.text);
        Text(" ");
        return Operand(*e.items[1]);
      case ExprKind::kAnd:
        return Junction(e, " AND ");
      case ExprKind::kOr:
        return Junction(e, " OR ");
      case ExprKind::kNot:
        Text("(NOT ");
        Operand(*e.items[0]);
        return Text(")");
      case ExprKind::kIsNull:
        Operand(*e.items[0]);
        return Text(" IS NULL");
      case ExprKind::kIsNotNull:
        Operand(*e.items[0]);
        return Text(" IS NOT NULL");
      case ExprKind::kIn:
      case ExprKind::kNotIn:
        Operand(*e.items[0]);
        Text(e.kind == ExprKind::kIn ? " IN " : " NOT IN ");
        return InSet(*e.items[0], *e.items[1]);
      case ExprKind::kLike:
      case ExprKind::kNotLike: {
        bool negated = e.kind == ExprKind::kNotLike;
        Operand(*e.items[0]);
        if (e.is_insensitive && features_.insensitive_like) {
          // Without the cast: a CHAR keeps its blanks.
          dialect_.WriteInsensitiveLike(out_.text, negated);
        } else {
          Text(features_.like_cast);
          Text(negated ? " NOT LIKE " : " LIKE ");
        }
        return Operand(*e.items[1]);
      }
      case ExprKind::kRow:
        Text("(");
        List(e.items);
        return Text(")");
      case ExprKind::kCast:
        Text("CAST(");
        Write(*e.items[0]);
        Text(" AS ");
        Text(e.text);
        return Text(")");
      case ExprKind::kFunction:
        Text(e.text);
        Text(e.is_distinct ? "(DISTINCT " : "(");
        List(e.items);
        return Text(")");
      case ExprKind::kSubselect:
        Text("(");
        Write(*e.select);
        return Text(")");
      case ExprKind::kExists:
      case ExprKind::kNotExists:
        Text(e.kind == ExprKind::kExists ? "EXISTS (" : "NOT EXISTS (");
        Write(*e.select);
        return Text(")");
      case ExprKind::kCase:
        Text("CASE");
        for (size_t i = 0; i + 1 < e.items.size(); i += 2) {
          Text(" WHEN ");
          Write(*e.items[i]);
          Text(" THEN ");
          Write(*e.items[i + 1]);
        }
        if (e.items.size() % 2 == 1) {
          Text(" ELSE ");
          Write(*e.items.back());
        }
        return Text(" END");
      case ExprKind::kTrue:
      case ExprKind::kFalse:
        return dialect_.WriteBoolean(out_.text, e.kind == ExprKind::kTrue);
      case ExprKind::kNull:
        return Text("NULL");
      case ExprKind::kDefault:
        return Text("DEFAULT");
      case ExprKind::kExcluded:
        Text("excluded.");
        return Identifier(e.text);
    }
  }

  void InSet(const Expr& left, const Expr& set) {
    if (set.kind == ExprKind::kSubselect) return wraps_selects_ ? WriteWrapped(*set.select) : Write(set);
    Text("(");
    if (left.kind == ExprKind::kRow && features_.in_list_of_rows_needs_values) Text("VALUES ");
    if (set.kind == ExprKind::kRow) {
      List(set.items);
    } else {
      Write(set);
    }
    Text(")");
  }

  // DISTINCT, or a LIMIT, keeps the database from unwrapping it again.
  void WriteWrapped(const Select& select) {
    wraps_selects_ = false;
    Select inner = select;
    inner.is_distinct |= inner.limit == nullptr;
    Text("(SELECT * FROM (");
    Write(inner);
    Text(") AS ");
    Identifier("wrapped");
    Text(")");
    wraps_selects_ = true;
  }

  const Dialect& dialect_;
  const Features& features_;
  WrittenSql out_;
  bool wraps_selects_ = false;  // in the condition of an UPDATE or DELETE
};

template <class Statement>
WrittenSql WriteStatement(const Statement& statement, const Dialect& dialect) {
  Writer writer(dialect);
  writer.Write(statement);
  return writer.Complete();
}

}  // namespace

WrittenSql Write(const Select& select, const Dialect& dialect) { return WriteStatement(select, dialect); }
WrittenSql Write(const Insert& insert, const Dialect& dialect) { return WriteStatement(insert, dialect); }
WrittenSql Write(const Update& update, const Dialect& dialect) { return WriteStatement(update, dialect); }
WrittenSql Write(const Delete& statement, const Dialect& dialect) { return WriteStatement(statement, dialect); }

void WriteStringLiteral(std::string& out, std::string_view text) {
  out.push_back('\'');
  for (char c : text) {
    if (c == '\'') out.push_back('\'');
    out.push_back(c);
  }
  out.push_back('\'');
}

}  // namespace prisma::sql
