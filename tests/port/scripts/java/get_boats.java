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

    CkStringBuilder sbResponseBody = new CkStringBuilder();
    success = http.QuickGetSb(System.getenv("BOATS_URL") + "/v1/boats?color=red",sbResponseBody);
    if (success == false) {
        System.out.println(http.lastErrorText());
        return;
        }

    CkJsonObject jResp = new CkJsonObject();
    jResp.LoadSb(sbResponseBody);
    jResp.put_EmitCompact(false);

    int respStatusCode = http.get_LastStatus();
    System.out.println("Status: " + respStatusCode);

    String name;

    int i = 0;
    int count_i = jResp.SizeOfArray("boats");
    while (i < count_i) {
        jResp.put_I(i);
        name = jResp.stringOf("boats[i].name");
        System.out.println(name);
        i = i+1;
        }

  }
}
