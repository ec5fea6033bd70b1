// A client that speaks to the query engine exactly as github.com/steebchen/prisma-client-go does: the same start of the process, the same
// texts of queries, the same reading of answers. As a generator (started by `prisma generate`) it writes down what that one compiles in.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

// What a generated client has as constants.
type Generated struct {
	Datamodel   string
	Datasources json.RawMessage
	Models      []string
}

type source struct {
	Name          string `json:"name"`
	ConnectorType string `json:"connectorType"`
	URL           struct {
		FromEnvVar string `json:"fromEnvVar"`
		Value      string `json:"value"`
	} `json:"url"`
}

func generate(params json.RawMessage) error {
	var request struct {
		Generator struct {
			Output struct {
				Value string `json:"value"`
			} `json:"output"`
			Config struct {
				Package string `json:"package"`
			} `json:"config"`
			BinaryTargets []struct {
				Value string `json:"value"`
			} `json:"binaryTargets"`
		} `json:"generator"`
		DMMF struct {
			Datamodel struct {
				Models []struct {
					Name   string `json:"name"`
					Fields []struct {
						Name string `json:"name"`
						Kind string `json:"kind"`
						Type string `json:"type"`
					} `json:"fields"`
				} `json:"models"`
			} `json:"datamodel"`
			Schema struct {
				OutputObjectTypes struct {
					Prisma []struct {
						Name string `json:"name"`
					} `json:"prisma"`
				} `json:"outputObjectTypes"`
			} `json:"schema"`
		} `json:"dmmf"`
		Datasources json.RawMessage `json:"datasources"`
		Datamodel   string          `json:"datamodel"`
	}
	if err := json.Unmarshal(params, &request); err != nil {
		return err
	}
	if request.Generator.Config.Package != "shop" || len(request.Generator.BinaryTargets) != 1 || len(request.DMMF.Schema.OutputObjectTypes.Prisma) == 0 {
		return fmt.Errorf("incomplete request: %s", params)
	}
	var made Generated
	for _, model := range request.DMMF.Datamodel.Models {
		made.Models = append(made.Models, model.Name)
	}
	made.Datamodel, made.Datasources = request.Datamodel, request.Datasources
	text, err := json.Marshal(made)
	if err != nil {
		return err
	}
	folder := request.Generator.Output.Value
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, "generated.json"), text, 0o644)
}

// Requests on stdin, a line each; answers on stderr.
func serveGenerator() error {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var request struct {
			ID     int             `json:"id"`
			Method string          `json:"method"`
			Params json.RawMessage `json:"params"`
		}
		if err := json.Unmarshal(lines.Bytes(), &request); err != nil {
			return err
		}
		var result any
		switch request.Method {
		case "getManifest":
			result = map[string]any{"manifest": map[string]any{
				"prettyName": "Go client", "defaultOutput": "db", "denylist": nil, "requiresGenerators": nil, "requiresEngines": nil}}
		case "generate":
			if err := generate(request.Params); err != nil {
				return err
			}
		default:
			return fmt.Errorf("unknown method %s", request.Method)
		}
		answer, _ := json.Marshal(map[string]any{"jsonrpc": "2.0", "result": result, "id": request.ID})
		fmt.Fprintf(os.Stderr, "%s\n", answer)
	}
	return lines.Err()
}

// goclient GENERATED URL: runs all checks against the database behind URL.
func main() {
	if os.Getenv("PRISMA_GENERATOR_INVOCATION") != "" {
		if err := serveGenerator(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	text, err := os.ReadFile(os.Args[1])
	var generated Generated
	if err == nil {
		err = json.Unmarshal(text, &generated)
	}
	if err == nil {
		err = runChecks(generated, os.Args[2])
	}
	if err != nil {
		fmt.Println("FAILED:", err)
		os.Exit(1)
	}
}
