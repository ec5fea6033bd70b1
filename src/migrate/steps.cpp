#include "migrate/steps.h"

namespace prisma::migrate {

std::string_view StepName(Step::Kind kind) {
  using enum Step::Kind;
  switch (kind) {
    case kCreateSchema:
      return "CreateSchema";
    case kDropExtension:
      return "DropExtension";
    case kCreateExtension:
      return "CreateExtension";
    case kAlterExtension:
      return "AlterExtension";
    case kAlterSequence:
      return "AlterSequence";
    case kDropView:
      return "DropView";
    case kDropUserDefinedType:
      return "DropUserDefinedType";
    case kCreateEnum:
      return "CreateEnum";
    case kAlterEnum:
      return "AlterEnum";
    case kDropForeignKey:
      return "DropForeignKey";
    case kDropIndex:
      return "DropIndex";
    case kAlterTable:
      return "AlterTable";
    case kAlterPrimaryKey:
      return "AlterPrimaryKey";
    case kDropTable:
      return "DropTable";
    case kDropEnum:
      return "DropEnum";
    case kCreateTable:
      return "CreateTable";
    case kRedefineTables:
      return "RedefineTables";
    case kCreateIndex:
      return "CreateIndex";
    case kRenameForeignKey:
      return "RenameForeignKey";
    case kAddForeignKey:
      return "AddForeignKey";
    case kRenameIndex:
      return "RenameIndex";
    case kRedefineIndex:
      return "RedefineIndex";
  }
  return "";
}

}  // namespace prisma::migrate
