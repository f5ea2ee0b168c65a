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

    CkHttpRequest req = new CkHttpRequest();
    req.put_HttpVerb("POST");
    req.put_Path("/v1/boats/7/picture");
    req.put_ContentType("multipart/form-data");
    req.AddParam("title","In the harbour");

    CkJsonObject json = new CkJsonObject();
    json.UpdateInt("crop.x",10);
    json.UpdateInt("crop.y",20);
    req.AddStringForUpload2("meta","",json.emit(),"utf-8","application/json");

    success = req.AddFileForUpload2("picture","boat.png","image/png");

    req.AddHeader("Authorization","Bearer " + System.getenv("BOATS_TOKEN"));

    int port = Integer.parseInt(System.getenv("BOATS_PORT"));
    CkHttpResponse resp = http.SynchronousRequest(System.getenv("BOATS_DOMAIN"),port,false,req);
    if (http.get_LastMethodSuccess() == false) {
        System.out.println(http.lastErrorText());
        return;
        }

    int respStatusCode = resp.get_StatusCode();
    System.out.println("Status: " + respStatusCode);
    if (respStatusCode != 201) {
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
