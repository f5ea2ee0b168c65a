package harbour;

import com.chilkatsoft.CkHttp;
import com.chilkatsoft.CkHttpResponse;
import com.chilkatsoft.CkJsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * Fetches boats and reports their names.
 */
public final class Boats {
    static {
        System.loadLibrary("chilkat");
    }

    private static final int[] IDS = {3, 5, 8};
    private static final int SHIP_LENGTH = 10;

    private static String describe(String name, int length) {
        String kind = length >= SHIP_LENGTH ? "ship" : "boat";
        return String.format("%s (%s, %d m)", name, kind, length);
    }

    // Returns the boat, or null where the server has none.
    private static CkJsonObject fetch(CkHttp http, String baseUrl, int id) {
        CkHttpResponse resp = http.QuickRequest("GET", baseUrl + "/v1/boats/" + id);
        if (!http.get_LastMethodSuccess()) {
            throw new IllegalStateException("no response for boat " + id);
        }
        if (resp.get_StatusCode() != 200) {
            System.out.println("boat " + id + ": status " + resp.get_StatusCode());
            return null;
        }
        CkJsonObject json = new CkJsonObject();
        json.Load(resp.bodyStr());
        return json;
    }

    public static void main(String[] args) {
        String baseUrl = System.getenv("BOATS_URL");
        CkHttp http = new CkHttp();
        List<String> names = new ArrayList<>();
        try {
            for (int id : IDS) {
                CkJsonObject boat = fetch(http, baseUrl, id);
                if (boat == null) {
                    continue;
                }
                String name = boat.stringOf("name");
                System.out.println(describe(name, boat.IntOf("length")));
                names.add(name);
            }
        } catch (IllegalStateException e) {
            System.out.println("Failed: " + e.getMessage());
            System.exit(1);
        }

        if (names.isEmpty()) {
            System.out.println("no boats");
            System.exit(1);
        }

        CkJsonObject report = new CkJsonObject();
        report.UpdateInt("count", names.size());
        report.UpdateString("names", String.join(", ", names));
        http.PostJson2(baseUrl + "/v1/report", "application/json", report.emit());
        System.out.printf("Reported %d boats%n", names.size());
    }
}
