#!/usr/bin/env tclsh
# Reports the boats that the harbour master asked for.

package require chilkat

set base_url $env(BOATS_URL)
set ids {3 5 8}

# What a boat is called depends on its length.
proc describe {name length} {
    if {$length >= 10} {
        set kind "ship"
    } else {
        set kind "boat"
    }
    return [format "%s (%s, %d m)" $name $kind $length]
}

proc report {http base_url names} {
    set json [new_CkJsonObject]
    CkJsonObject_UpdateInt $json "count" [llength $names]
    CkJsonObject_UpdateString $json "names" [join $names ", "]
    set resp [CkHttp_PostJson2 $http "$base_url/v1/report" "application/json" [CkJsonObject_emit $json]]
    if {![CkHttp_get_LastMethodSuccess $http]} {
        error "the report was not sent"
    }
    delete_CkHttpResponse $resp
    delete_CkJsonObject $json
}

set http [new_CkHttp]
set names [list]

if {[catch {
    foreach id $ids {
        set resp [CkHttp_QuickRequest $http "GET" "$base_url/v1/boats/$id"]
        if {![CkHttp_get_LastMethodSuccess $http]} {
            error "no response for boat $id"
        }
        set status [CkHttpResponse_get_StatusCode $resp]
        if {$status != 200} {
            puts "boat $id: status $status"
            continue
        }
        set boat [new_CkJsonObject]
        CkJsonObject_Load $boat [CkHttpResponse_bodyStr $resp]
        set name [CkJsonObject_stringOf $boat "name"]
        puts [describe $name [CkJsonObject_IntOf $boat "length"]]
        lappend names $name
    }

    if {[llength $names] == 0} {
        puts "no boats"
        exit 1
    }

    report $http $base_url $names
    puts "Reported [llength $names] boats"
} message]} {
    puts "Failed: $message"
    exit 1
}
