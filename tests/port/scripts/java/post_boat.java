import com.chilkatsoft.*;

public class ChilkatExample {

  static {
    try {
        System.loadLibrary("chilkat");
    } catch (UnsatisfiedLinkError e) {
      System.err.println("Native code library failed to load.\n" + e);
      System.exit(1);
    }
  }

  public static void main(String argv[])
  {
    // This example assumes the Chilkat API to have been previously unlocked.
    // See Global Unlock Sample for sample code.

    CkHttp http = new CkHttp();
    boolean success;

    http.put_AuthToken(System.getenv("BOATS_TOKEN"));

    // The following JSON is sent in the request body.

    // {
    //   "hull": {
    //     "paint": "red \"matt\"",
    //     "length": 12
    //   },
    //   "sold": false
    // }

    CkJsonObject json = new CkJsonObject();
    json.UpdateString("hull.paint","red \"matt\"");
    json.UpdateInt("hull.length",12);
    json.UpdateBool("sold",false);

    http.SetRequestHeader("X-Boat","1");

    CkHttpResponse resp = http.PostJson3(System.getenv("BOATS_URL") + "/v1/boats","application/json",json);
    if (http.get_LastMethodSuccess() == false) {
        System.out.println(http.lastErrorText());
        return;
        }

    int respStatusCode = resp.get_StatusCode();
    System.out.println("Status: " + respStatusCode);
    if (respStatusCode >= 400) {
        System.out.println("Response Header:");
        System.out.println(resp.header());
        System.out.println("Response Body:");
        System.out.println(resp.bodyStr());
        System.out.println("Failed.");
        return;
        }

    System.out.println("Success.");
  }
}
