package main

import (
    "chilkat"
    "fmt"
    "os"
)

func main() {
    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    http := chilkat.NewHttp()

    queryParams := chilkat.NewJsonObject()
    queryParams.UpdateString("status","active")
    queryParams.UpdateInt("page_size",300)

    resp := http.QuickRequestParams("GET",os.Getenv("BOATS_URL") + "/v1/users",queryParams)
    if http.LastMethodSuccess() == false {
        fmt.Println(http.LastErrorText())
        http.DisposeHttp()
        queryParams.DisposeJsonObject()
        return
    }

    sbResponseBody := chilkat.NewStringBuilder()
    resp.GetBodySb(sbResponseBody)
    resp.DisposeHttpResponse()

    jResp := chilkat.NewJsonObject()
    jResp.LoadSb(sbResponseBody)

    var id *string = new(string)
    var name *string = new(string)
    var group_id *string = new(string)
    var j int
    var count_j int

    i := 0
    count_i := jResp.SizeOfArray("users")
    for i < count_i {
        jResp.SetI(i)
        id = jResp.StringOf("users[i].id")
        name = jResp.StringOf("users[i].name")
        fmt.Println(*id, *name)
        j = 0
        count_j = jResp.SizeOfArray("users[i].group_ids")
        for j < count_j {
            jResp.SetJ(j)
            group_id = jResp.StringOf("users[i].group_ids[j]")
            fmt.Println("  group", *group_id)
            j = j + 1
        }

        i = i + 1
    }

    http.DisposeHttp()
    queryParams.DisposeJsonObject()
    sbResponseBody.DisposeStringBuilder()
    jResp.DisposeJsonObject()
}
