#include "hosts/cli/help.h"

namespace prisma::cli::help {

const std::string_view kMain = R"(
    ◭  Prisma is a modern DB toolkit to query, migrate and model your database (https://prisma.io)

    **Usage**

      ~~$~~ prisma [command]

    **Commands**

                init   Set up Prisma for your app
            generate   Generate artifacts (e.g. Prisma Client)
                  db   Manage your database schema and lifecycle
            validate   Validate your Prisma schema
              format   Format your Prisma schema
              bridge   Serve queries to other programs by HTTP
             version   Displays Prisma version info
     language-server   Answer an editor's questions about Prisma schemas
               debug   Displays Prisma debug info

    **Flags**

         --help, -h          Show additional information about a command

    **Examples**

      Set up a new Prisma project
      ~~$~~ prisma init

      Generate artifacts (e.g. Prisma Client)
      ~~$~~ prisma generate

      Push the Prisma schema state to the database
      ~~$~~ prisma db push

      Validate your Prisma schema
      ~~$~~ prisma validate

      Format your Prisma schema
      ~~$~~ prisma format

      Display Prisma version info
      ~~$~~ prisma version

      Display Prisma debug info
      ~~$~~ prisma debug
)";

const std::string_view kInit = R"(
Set up a new Prisma project

**Usage**

  ~~$~~ prisma init [options]

**Options**

           -h, --help   Display this help message
--datasource-provider   Define the datasource provider to use: postgresql, mysql, sqlite, sqlserver, mongodb or cockroachdb. Default: `sqlite`
 --generator-provider   Define the generator provider to use. Default: `prisma-client-py`
    --preview-feature   Define a preview feature to use.
             --output   Define Prisma Client generator output path to use.
                --url   Define a custom datasource url

**Flags**

         --with-model   Add example model to created schema file

**Examples**

Set up a new Prisma project with SQLite
  ~~$~~ prisma init

Set up a new Prisma project and specify MySQL as the datasource provider to use
  ~~$~~ prisma init --datasource-provider mysql

Set up a new Prisma project and specify `prisma-client-js` as the generator provider to use
  ~~$~~ prisma init --generator-provider prisma-client-js

Set up a new Prisma project and specify `x` and `y` as the preview features to use
  ~~$~~ prisma init --preview-feature x --preview-feature y

Set up a new Prisma project and specify `./generated-client` as the output path to use
  ~~$~~ prisma init --output ./generated-client

Set up a new Prisma project and specify the url that will be used
  ~~$~~ prisma init --url mysql://user:password@localhost:3306/mydb

Set up a new Prisma project with an example model
  ~~$~~ prisma init --with-model
)";

const std::string_view kValidate = R"(
Validate a Prisma schema.

**Usage**

  ~~$~~ prisma validate [options]

**Options**

  -h, --help   Display this help message
    --config   Custom path to your Prisma config file
    --schema   Custom path to your Prisma schema

**Examples**

  With an existing Prisma schema
    ~~$~~ prisma validate

  With a Prisma config file
    ~~$~~ prisma validate --config=./prisma.config.ts

  Or specify a Prisma schema path
    ~~$~~ prisma validate --schema=./schema.prisma
)";

const std::string_view kFormat = R"(
Format a Prisma schema.

**Usage**

  ~~$~~ prisma format [options]

**Options**

  -h, --help   Display this help message
    --config   Custom path to your Prisma config file
    --schema   Custom path to your Prisma schema
     --check   Fails if any files are unformatted

**Examples**

With an existing Prisma schema
  ~~$~~ prisma format

Or specify a Prisma schema path
  ~~$~~ prisma format --schema=./schema.prisma

Only tell whether the files are formatted
  ~~$~~ prisma format --check
)";

const std::string_view kGenerate = R"(
Generate artifacts (e.g. Prisma Client)

**Usage**

  ~~$~~ prisma generate [options]

**Options**
          -h, --help   Display this help message
            --config   Custom path to your Prisma config file
            --schema   Custom path to your Prisma schema
             --watch   Watch the Prisma schema and rerun after a change
         --generator   Generator to use (may be provided multiple times)
         --no-engine   Generate a client for use with Accelerate only
          --no-hints   Hides the hint messages but still outputs errors and warnings
               --sql   Generate typed sql module
   --allow-no-models   Allow generating a client without models (default)
    --require-models   Do not allow generating a client without models

**Examples**

  With an existing Prisma schema
    ~~$~~ prisma generate

  Or specify a schema
    ~~$~~ prisma generate --schema=./schema.prisma

  Run the command with multiple specific generators
    ~~$~~ prisma generate --generator client1 --generator client2

  Watch Prisma schema file and rerun after each change
    ~~$~~ prisma generate --watch
)";

const std::string_view kDb = R"(
🏋️  Manage your database schema and lifecycle during development.

**Usage**

  ~~$~~ prisma db [command] [options]

**Options**

  -h, --help   Display this help message
    --config   Custom path to your Prisma config file
    --schema   Custom path to your Prisma schema

**Commands**
     push   Push the state from Prisma schema to the database during prototyping
  execute   Execute native commands to your database

**Examples**

  Run `prisma db push`
  ~~$~~ prisma db push

  Run `prisma db execute`
  ~~$~~ prisma db execute
)";

const std::string_view kDbPush = R"(
🙌  Push the state from your Prisma schema to your database

**Usage**

  ~~$~~ prisma db push [options]

**Options**

           -h, --help   Display this help message
             --config   Custom path to your Prisma config file
             --schema   Custom path to your Prisma schema
   --accept-data-loss   Ignore data loss warnings
        --force-reset   Force a reset of the database before push
      --skip-generate   Skip triggering generators (e.g. Prisma Client)

**Examples**

  Push the Prisma schema state to the database
  ~~$~~ prisma db push

  Specify a schema
  ~~$~~ prisma db push --schema=./schema.prisma

  Ignore data loss warnings
  ~~$~~ prisma db push --accept-data-loss
)";

const std::string_view kDbExecute = R"(
📝 Execute native commands to your database

This command takes as input a datasource, using --url or --schema and a script, using --stdin or --file.
The input parameters are mutually exclusive, only 1 of each (datasource & script) must be provided.

The output of the command is connector-specific, and is not meant for returning data, but only to report success or failure.

On SQL databases, this command takes as input a SQL script.
The whole script will be sent as a single command to the database.

**Usage**

~~$~~ prisma db execute [options]

**Options**

-h, --help            Display this help message
--config              Custom path to your Prisma config file

Datasource input, only 1 must be provided:
--url                 URL of the datasource to run the command on
--schema              Path to your Prisma schema file to take the datasource URL from

Script input, only 1 must be provided:
--file                Path to a file. The content will be sent as the script to be executed

**Flags**

--stdin              Use the terminal standard input as the script to be executed

**Examples**

  Execute the content of a SQL script file to the datasource URL taken from the schema
  ~~$~~ prisma db execute
    --file ./script.sql \
    --schema schema.prisma

  Execute the SQL script from stdin to the datasource URL specified via the `DATABASE_URL` environment variable
  ~~$~~ echo 'TRUNCATE TABLE dev;' | \
    prisma db execute \
    --stdin \
    --url="$DATABASE_URL"

  Like previous example, but exposing the datasource url credentials to your terminal history
  ~~$~~ echo 'TRUNCATE TABLE dev;' | \
    prisma db execute \
    --stdin \
    --url="mysql://root:root@localhost/mydb"
)";

const std::string_view kBridge = R"(
Serve the query engine by HTTP, for clients that have no engine of their own

**Usage**

  ~~$~~ prisma bridge [options]

**Options**

           -h, --help   Display this help message
             --schema   Custom path to your Prisma schema
               --host   Address to listen on. Default: 127.0.0.1
               --port   Default: 4466
              --token   Demand `Authorization: Bearer TOKEN`

Every option of `query-engine bridge --help` is taken, too; most have an environment variable.

**Examples**

  ~~$~~ prisma bridge
  ~~$~~ PRISMA_BRIDGE_TOKEN=secret prisma bridge --host 0.0.0.0
)";

const std::string_view kLanguageServer = R"(
Answer an editor's questions about Prisma schemas, by the Language Server Protocol on standard input and output

**Usage**

  ~~$~~ prisma language-server [options]

**Options**

  -h, --help   Display this help message
    --schema   A file or folder that is one schema, wherever else schema files lie
     --stdio   Talk on standard input and output: always so, accepted for editors that say it

An editor starts this command by itself. It shows faults while you type, formats, completes, explains the item under the
mouse, goes to definitions, finds references, renames, mends faults and outlines files.

The schema of a file is the file itself, or all *.prisma files of its folder and the folders below and above that hold
such files, if no more than one of them has a datasource.

)";

const std::string_view kVersion = R"(
Print current version of Prisma components

**Usage**

  ~~$~~ prisma -v [options]
  ~~$~~ prisma version [options]

**Options**

  -h, --help     Display this help message
      --json     Output JSON
)";

const std::string_view kDebug = R"(
Print information helpful for debugging and bug reports

**Usage**

  ~~$~~ prisma debug [options]

**Options**

  -h, --help     Display this help message
  --config       Custom path to your Prisma config file
  --schema       Custom path to your Prisma schema

**Commands**

  psl            Answer calls of the schema language, one JSON object a line: {"fn": …, "args": […]}
  dump           Print what a stage of the engine makes of the schema: --stage=ast|schema|operation|plan|sql
)";

const std::string_view kEnvironmentFile =
    R"(# Environment variables declared in this file are automatically made available to Prisma.
# See the documentation for more detail: https://pris.ly/d/prisma-schema#accessing-environment-variables-from-the-schema

# Prisma supports the native connection string format for PostgreSQL, MySQL, SQLite, SQL Server, MongoDB and CockroachDB.
# See the documentation for all the connection string options: https://pris.ly/d/connection-strings

)";

}  // namespace prisma::cli::help
